import type { Language } from "./language.ts";

/** The SaaS's words; `browser` is what its scripts draw with. */
interface Texts {
  home: {
    title: string;
    text: string;
    number: string;
    simulated: string;
    hint: [before: string, after: string];
    yours: string;
  };
  success: { page: string; title: string; text: string; back: string };
  failure: { title: string; code: string; back: string };
  footer: string;
  loading: string;
  browser: {
    statuses: Record<"pending" | "linked" | "error" | "disconnected", string>;
    steps: Record<
      "subaccount" | "number" | "sender" | "verification" | "online" | "disconnecting",
      string
    >;
    attempts: string;
    code: { label: string; send: string; byCall: string };
    retry: string;
    reconnect: string;
    disconnect: string;
    none: string;
    silent: string;
  };
}

export const TEXTS: Record<Language, Texts> = {
  es: {
    home: {
      title: "Integraciones",
      text: "Atiende a tus clientes por WhatsApp desde tu panel.",
      number: "Qué debe pasar",
      simulated: "simulado",
      hint: [
        "En la ventana simulada de Meta, el número",
        "ya está escrito: elige cómo termina, con éxito, cancelada, con un error, cerrada sin más…",
      ],
      yours: "Tus números",
    },
    success: {
      page: "Conectando WhatsApp",
      title: "Recibimos tu número",
      text: "Ahora se registra en WhatsApp. Puedes dejar esta página: sigue sin ti.",
      back: "Vuelve a Integraciones",
    },
    failure: { title: "WhatsApp no se conectó", code: "Código", back: "Inténtalo de nuevo" },
    footer: "Demostración: Twilio y Meta son simulados.",
    loading: "Cargando…",
    browser: {
      statuses: {
        pending: "En curso",
        linked: "Conectado",
        error: "Necesita atención",
        disconnected: "Desconectado",
      },
      steps: {
        subaccount: "Preparando tu cuenta",
        number: "Trayendo el número",
        sender: "Registrando el número en WhatsApp",
        verification: "Esperando el código que WhatsApp envió",
        online: "Esperando a que WhatsApp lo active",
        disconnecting: "Desconectando",
      },
      attempts: "Intentos fallidos",
      code: {
        label: "Código de verificación",
        send: "Envía el código",
        byCall: "Otro código por llamada",
      },
      retry: "Inténtalo de nuevo",
      reconnect: "Conecta de nuevo",
      disconnect: "Desconecta",
      none: "Todavía ninguno.",
      silent: "El servicio no responde; se intenta de nuevo…",
    },
  },
  pt: {
    home: {
      title: "Integrações",
      text: "Atenda seus clientes pelo WhatsApp no seu painel.",
      number: "O que deve acontecer",
      simulated: "simulado",
      hint: [
        "Na janela simulada da Meta, o número",
        "já está escrito: escolha como ela termina, com sucesso, cancelada, com um erro, fechada sem mais…",
      ],
      yours: "Seus números",
    },
    success: {
      page: "Conectando o WhatsApp",
      title: "Recebemos seu número",
      text: "Agora ele é registrado no WhatsApp. Você pode sair desta página: continua sem você.",
      back: "Volte a Integrações",
    },
    failure: { title: "O WhatsApp não foi conectado", code: "Código", back: "Tente de novo" },
    footer: "Demonstração: Twilio e Meta são simulados.",
    loading: "Carregando…",
    browser: {
      statuses: {
        pending: "Em andamento",
        linked: "Conectado",
        error: "Precisa de atenção",
        disconnected: "Desconectado",
      },
      steps: {
        subaccount: "Preparando sua conta",
        number: "Trazendo o número",
        sender: "Registrando o número no WhatsApp",
        verification: "Esperando o código que o WhatsApp enviou",
        online: "Esperando o WhatsApp ativar o número",
        disconnecting: "Desconectando",
      },
      attempts: "Tentativas sem sucesso",
      code: {
        label: "Código de verificação",
        send: "Envie o código",
        byCall: "Outro código por ligação",
      },
      retry: "Tente de novo",
      reconnect: "Conecte de novo",
      disconnect: "Desconecte",
      none: "Nenhum ainda.",
      silent: "O serviço não responde; tentando de novo…",
    },
  },
  en: {
    home: {
      title: "Integrations",
      text: "Talk to your customers on WhatsApp from your dashboard.",
      number: "What should happen",
      simulated: "simulated",
      hint: [
        "In the simulated window of Meta, the number",
        "is filled in: choose how it ends, well, cancelled, with an error, just closed…",
      ],
      yours: "Your numbers",
    },
    success: {
      page: "Connecting WhatsApp",
      title: "We received your number",
      text: "It is being registered on WhatsApp. You can leave this page: it goes on without you.",
      back: "Back to Integrations",
    },
    failure: { title: "WhatsApp was not connected", code: "Code", back: "Try again" },
    footer: "Demo: Twilio and Meta are simulated.",
    loading: "Loading…",
    browser: {
      statuses: {
        pending: "Under way",
        linked: "Connected",
        error: "Needs attention",
        disconnected: "Disconnected",
      },
      steps: {
        subaccount: "Preparing your account",
        number: "Fetching the number",
        sender: "Registering the number on WhatsApp",
        verification: "Waiting for the code that WhatsApp sent",
        online: "Waiting for WhatsApp to activate it",
        disconnecting: "Disconnecting",
      },
      attempts: "Failed attempts",
      code: {
        label: "Verification code",
        send: "Send the code",
        byCall: "Another code by call",
      },
      retry: "Try again",
      reconnect: "Connect again",
      disconnect: "Disconnect",
      none: "None yet.",
      silent: "The service does not answer; trying again…",
    },
  },
};
