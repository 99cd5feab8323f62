import type { SIGNUP_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const signup = {
  signup_cancelled: {
    title: "Conexión cancelada",
    detail: "La ventana de Meta se cerró antes de terminar la conexión.",
    action: "Presionar “Conectar WhatsApp” otra vez y llegar hasta la última pantalla.",
  },
  signup_failed: {
    title: "Conexión no completada",
    detail: "Meta no pudo completar la conexión.",
    action:
      "Seguir las indicaciones de la ventana de Meta e intentar de nuevo. Si vuelve a fallar, contactar a soporte.",
  },
  waba_proof_missing: {
    title: "Falta la confirmación de Meta",
    detail: "Meta no confirmó quién administra la cuenta de WhatsApp Business.",
    action:
      "Empezar de nuevo en la misma página y completar todos los pasos en la ventana de Meta.",
  },
  browser_mismatch: {
    title: "Otro navegador",
    detail: "La conexión se inició en otro navegador.",
    action: "Continuar en el navegador donde se inició o pedir un enlace nuevo.",
  },
  waba_not_authorised: {
    title: "Cuenta no autorizada",
    detail: "El permiso otorgado en Meta no incluye esta cuenta de WhatsApp Business.",
    action: "Empezar de nuevo y elegir en la ventana de Meta la cuenta que se quiere conectar.",
  },
  session_unknown: {
    title: "Enlace no válido",
    detail: "Este enlace de conexión no existe o está incompleto.",
    action: "Abrir el enlace completo o pedir uno nuevo.",
  },
  session_used: {
    title: "Enlace ya utilizado",
    detail: "Ya se hizo una conexión con este enlace.",
    action: "Consultar el estado de la conexión o pedir un enlace nuevo para otro número.",
  },
  session_in_use: {
    title: "Enlace en uso",
    detail: "Este enlace ya se está usando en otro navegador.",
    action: "Continuar en ese navegador o pedir a quien envió el enlace que lo libere.",
  },
  phone_number_mismatch: {
    title: "Número diferente",
    detail: "El número elegido en Meta no es el que corresponde a este enlace.",
    action: "Empezar de nuevo con el número indicado o pedir un enlace para el otro número.",
  },
  coexistence_unsupported: {
    title: "Aplicación WhatsApp Business no admitida",
    detail: "No se puede conectar un número que sigue en la aplicación WhatsApp Business.",
    action:
      "Usar otro número, o eliminar la cuenta en la aplicación y empezar de nuevo sin la opción de la aplicación.",
  },
  number_already_linked: {
    title: "Número ya conectado",
    detail: "Este número ya está conectado con otra cuenta de WhatsApp Business.",
    action: "Desconectar primero el número y después conectarlo con la otra cuenta.",
    operator: {
      detail: "Este número ya está conectado en un documento que no escribió este servicio.",
      action: "Incorporarlo con “npm run ops -- import-legacy” y pedir al cliente otro intento.",
    },
  },
  session_expired: {
    title: "Enlace vencido",
    detail: "El plazo para usar este enlace terminó.",
    action: "Pedir un enlace nuevo.",
  },
  session_revoked: {
    title: "Enlace anulado",
    detail: "Quien envió este enlace lo anuló.",
    action: "Pedir un enlace nuevo.",
  },
  session_ended: {
    title: "Registro terminado",
    detail: "Este registro ya terminó; no se guarda nada más de él.",
    action: "Nada: el estado del número se ve en la integración.",
  },
  meta_unavailable: {
    title: "Meta no responde",
    detail: "Meta no respondió a tiempo para confirmar la conexión.",
    action: "Intentar de nuevo en unos minutos.",
  },
  meta_app_rejected: {
    title: "Servicio mal configurado en Meta",
    detail:
      "Meta no aceptó la aplicación de este servicio. No se debe a nada que haya hecho el cliente.",
    action:
      "Revisar META_APP_ID, META_APP_SECRET y META_GRAPH_VERSION con “npm run doctor” y el mensaje de Meta en el registro; después el cliente empieza de nuevo.",
  },
} as const satisfies Record<keyof typeof SIGNUP_PROBLEMS, ProblemText>;
