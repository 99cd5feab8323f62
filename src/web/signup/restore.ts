// Runs before anything is shown: a reload of the page whose address was emptied comes here.
{
  let search: string | null = null;
  try {
    search = window.sessionStorage.getItem("whatsapp-signup-address");
  } catch {
    // Nothing could have been kept.
  }
  if (search && window.location.search === "") {
    document.documentElement.hidden = true;
    window.location.replace(window.location.pathname + search + window.location.hash);
  }
}
