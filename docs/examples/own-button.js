import { connect, prepare } from "./own-popup.js";

const button = document.querySelector("#connect");
const session = await prepare();
button.disabled = false;
button.addEventListener("click", () => void press());

async function press() {
  button.disabled = true;
  try {
    show(await connect(session));
  } catch (error) {
    show({ code: error.code, message: error.message });
    button.disabled = false;
  }
}

/** A real page draws it; `watchSession` tells how the registration goes on. */
function show(answer) {
  window.answers = [...(window.answers ?? []), answer];
}
