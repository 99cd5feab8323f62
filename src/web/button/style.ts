/** The element's style; each variable is one that a page may set. */
export const STYLE = `
:host { display: inline-block; max-width: 100%; font: var(--connect-whatsapp-font, inherit) }
:host([hidden]), [hidden] { display: none }
button {
  min-height: 44px;
  padding: var(--connect-whatsapp-padding, 0.6em 1.3em);
  border: 1px solid transparent;
  border-radius: var(--connect-whatsapp-radius, 0.6em);
  background: var(--connect-whatsapp-background, #0b6b50);
  color: var(--connect-whatsapp-color, #fff);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { filter: brightness(1.1) }
button[aria-disabled=true] {
  border-color: currentColor;
  background: none;
  color: inherit;
  cursor: default;
  filter: none;
}
button:focus-visible, a:focus-visible {
  outline: 3px solid var(--connect-whatsapp-focus, currentColor);
  outline-offset: 2px;
}
p { margin: 0.6em 0 0; overflow-wrap: anywhere }
p:empty { display: none }
a { display: inline-block; margin-top: 0.4em; color: var(--connect-whatsapp-link, inherit) }
.awaited { display: flex; flex-direction: column; align-items: flex-start }
.awaited button { border-color: currentColor; background: none; color: inherit; order: 1; margin-top: 0.6em }
.awaited a {
  box-sizing: border-box;
  min-height: 44px;
  margin-top: 0.6em;
  padding: var(--connect-whatsapp-padding, 0.6em 1.3em);
  border: 1px solid transparent;
  border-radius: var(--connect-whatsapp-radius, 0.6em);
  background: var(--connect-whatsapp-background, #0b6b50);
  color: var(--connect-whatsapp-color, #fff);
  font-weight: 600;
  text-decoration: none;
}
`;
