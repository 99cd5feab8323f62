import {
  createSignupSession,
  openSignup,
  watchSession,
} from "https://whatsapp.example.com/whatsapp/button.js";

const button = document.querySelector("#connect");
const place = document.querySelector("#state");
let stop = () => {};

button.addEventListener("click", () => void press());

async function press() {
  stop();
  try {
    // Both in the click, so that the browser lets the window open.
    const asked = createSignupSession("/api/whatsapp/session", { locale: "es" });
    const { session, isOpen } = await openSignup(asked, "tab");
    if (!isOpen) place.append(linkTo(session.signupUrl));
    stop = watchSession(session.sessionId, "/api/whatsapp/session/{id}", (outcome) => {
      place.textContent = [outcome.state, outcome.phoneNumber, outcome.code].join(" ");
    });
  } catch (error) {
    place.textContent = error.title ?? error.code;
  }
}

function linkTo(address) {
  const link = document.createElement("a");
  Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
  link.textContent = "Abre la página de conexión";
  return link;
}
