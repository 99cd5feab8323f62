import type { SIGNUP_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const signup = {
  signup_cancelled: {
    title: "Conexión cancelada",
    detail: "La ventana de Facebook se cerró antes de terminar la conexión.",
    action: "Pulsa “Conectar WhatsApp” otra vez y llega hasta la última pantalla.",
  },
  signup_failed: {
    title: "Conexión no completada",
    detail: "Facebook no pudo completar la conexión.",
    action:
      "Sigue las indicaciones de la ventana de Facebook e intenta de nuevo. Si vuelve a fallar, contacta a soporte.",
  },
  waba_proof_missing: {
    title: "Falta la confirmación de Facebook",
    detail: "Facebook no confirmó quién administra la cuenta de WhatsApp Business.",
    action:
      "Empieza de nuevo en la misma página y completa todos los pasos en la ventana de Facebook.",
  },
  browser_mismatch: {
    title: "Otro navegador",
    detail: "La conexión se inició en otro navegador.",
    action: "Continúa en el navegador donde se inició o pide un enlace nuevo.",
  },
  waba_not_authorised: {
    title: "Cuenta no autorizada",
    detail: "El permiso otorgado en Facebook no incluye esta cuenta de WhatsApp Business.",
    action: "Empieza de nuevo y elige en la ventana de Facebook la cuenta que quieres conectar.",
  },
  session_unknown: {
    title: "Enlace no válido",
    detail: "Este enlace de conexión no existe o está incompleto.",
    action: "Abre el enlace completo o pide uno nuevo.",
  },
  session_used: {
    title: "Enlace ya utilizado",
    detail: "Ya se hizo una conexión con este enlace.",
    action: "Consulta el estado de la conexión o pide un enlace nuevo para otro número.",
  },
  session_in_use: {
    title: "Enlace en uso",
    detail: "Este enlace ya se está usando en otro navegador.",
    action: "Continúa en ese navegador o pide a quien envió el enlace que lo libere.",
  },
  phone_number_mismatch: {
    title: "Número diferente",
    detail: "El número elegido en Facebook no es el que corresponde a este enlace.",
    action: "Empieza de nuevo con el número indicado o pide un enlace para el otro número.",
  },
  coexistence_unsupported: {
    title: "Aplicación WhatsApp Business no admitida",
    detail: "No se puede conectar un número que sigue en la aplicación WhatsApp Business.",
    action:
      "Usa otro número, o elimina la cuenta en la aplicación y empieza de nuevo sin la opción de la aplicación.",
  },
  number_already_linked: {
    title: "Número ya conectado",
    detail: "Este número ya está conectado con otra cuenta de WhatsApp Business.",
    action: "Desconecta primero el número y después conéctalo con la otra cuenta.",
    operator: {
      detail: "Este número ya está conectado, pero no por este servicio.",
      action: "Incorpóralo con “npm run ops -- import-legacy” y pide al cliente otro intento.",
    },
  },
  session_expired: {
    title: "Enlace vencido",
    detail: "El plazo para usar este enlace terminó.",
    action: "Pide un enlace nuevo.",
  },
  session_revoked: {
    title: "Enlace anulado",
    detail: "Quien envió este enlace lo anuló.",
    action: "Pide un enlace nuevo.",
  },
  session_ended: {
    title: "Registro terminado",
    detail: "Este registro ya terminó; no se guarda nada más de él.",
    action: "Mira en tu cuenta cómo sigue el número.",
  },
  meta_unavailable: {
    title: "Facebook no responde",
    detail: "Facebook no respondió a tiempo para confirmar la conexión.",
    action: "Intenta de nuevo en unos minutos.",
  },
  meta_app_rejected: {
    title: "Conexión con Facebook rechazada",
    detail: "Facebook no aceptó la aplicación de este servicio. No es por nada que hayas hecho.",
    action:
      "Revisa META_APP_ID, META_APP_SECRET y META_GRAPH_VERSION con “npm run doctor” y el mensaje de Meta en el registro; después el cliente empieza de nuevo.",
  },
} as const satisfies Record<keyof typeof SIGNUP_PROBLEMS, ProblemText>;
