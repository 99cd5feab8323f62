import { useEffect, useRef, useState } from "react";
import type { ConnectWhatsApp, Outcome } from "https://whatsapp.example.com/whatsapp/button.js";

const BUTTON = "https://whatsapp.example.com/whatsapp/button.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "connect-whatsapp": DetailedHTMLProps<HTMLAttributes<ConnectWhatsApp>, ConnectWhatsApp> & {
        "session-url"?: string;
        "status-url"?: string;
        open?: "tab" | "popup" | "self";
        persist?: string;
        label?: string;
      };
    }
  }
}

interface Props {
  /** Connects this number again. */
  integrationId?: string;
  onConnected: (outcome: Outcome) => void;
}

/** The button, and what stands in its place where its file cannot be loaded. */
export function ConnectButton({ integrationId, onConnected }: Props) {
  const button = useRef<ConnectWhatsApp>(null);
  const [isLoaded, setLoaded] = useState<boolean>();

  useEffect(() => {
    // An address that the bundler leaves to the browser.
    import(/* @vite-ignore */ /* webpackIgnore: true */ BUTTON).then(
      () => setLoaded(true),
      () => setLoaded(false),
    );
  }, []);

  useEffect(() => {
    const element = button.current;
    if (!element) return undefined;
    if (integrationId) element.sessionRequest = { integrationId };
    const listen = ({ detail }: HTMLElementEventMap["connected"]) => onConnected(detail);
    element.addEventListener("connected", listen);
    return () => element.removeEventListener("connected", listen);
  }, [integrationId, onConnected]);

  if (isLoaded === false) {
    return <p role="alert">No pudimos cargar la conexión con WhatsApp. Recarga la página.</p>;
  }
  return (
    <connect-whatsapp
      ref={button}
      session-url="/api/whatsapp/session"
      status-url="/api/whatsapp/session/{id}"
      persist=""
    />
  );
}
