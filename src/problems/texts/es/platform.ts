import type { PLATFORM_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const platform = {
  number_not_assigned: {
    title: "Número no asignado",
    detail: "El número pertenece al servicio y no está asignado a esta cuenta.",
    action: "Si es del cliente, asígnalo con “npm run ops -- assign” e intenta de nuevo.",
  },
  sender_has_other_waba: {
    title: "Número registrado con otra cuenta",
    detail: "El número ya está registrado con otra cuenta de WhatsApp Business.",
    action: "Revisa ese remitente en la subcuenta; si no hace falta, elimínalo e intenta de nuevo.",
  },
  subaccount_has_other_waba: {
    title: "Cuenta en uso",
    detail: "La cuenta preparada para el número está vinculada a otra cuenta de WhatsApp Business.",
    action: "Revisa los remitentes de la subcuenta, elimina los que sobren e intenta de nuevo.",
  },
  sender_action_unsupported: {
    title: "Acción no admitida",
    detail: "La acción no se admite para este número.",
    action: "Revisa el remitente en la consola de Twilio y consulta al soporte de Twilio.",
  },
  sender_number_refused: {
    title: "Número rechazado",
    detail: "Este número no se acepta para WhatsApp.",
    action:
      "Revisa en Twilio el número y su tipo; si son correctos, consulta al soporte de Twilio.",
  },
  sender_migrated: {
    title: "Número migrado",
    detail: "El número se migró a una cuenta fuera de este servicio.",
    action: "Averigua en Twilio dónde está el número ahora y pide que regrese, o desconéctalo.",
  },
  sender_vanished: {
    title: "Registro no encontrado",
    detail: "El registro del número ya no existe.",
    action: "Averigua quién lo eliminó; “retry” registra el número de nuevo.",
  },
  subaccount_suspended: {
    title: "Cuenta suspendida",
    detail: "La cuenta preparada para el número está suspendida.",
    action: "Activa la subcuenta en la consola de Twilio e intenta de nuevo.",
  },
  subaccount_limit_reached: {
    title: "No caben más cuentas",
    detail: "El servicio llegó a su límite de cuentas.",
    action: "Pide a Twilio un límite mayor o cierra subcuentas sin uso, e intenta de nuevo.",
  },
  twilio_credentials_rejected: {
    title: "Registro detenido",
    detail: "No pudimos entrar en la cuenta con la que registramos los números.",
    action:
      "Twilio rechazó las credenciales: revisa TWILIO_ACCOUNT_SID y TWILIO_AUTH_TOKEN con “npm run doctor”.",
  },
  twilio_account_inactive: {
    title: "Cuenta del servicio inactiva",
    detail: "La cuenta del servicio está suspendida o cerrada, o le falta un permiso.",
    action: "Revisa el estado de la cuenta en la consola de Twilio e intenta de nuevo.",
  },
  twilio_resource_missing: {
    title: "Falta una parte del registro",
    detail: "No se encuentra algo que el registro necesita.",
    action: "Revisa la subcuenta y el remitente en la consola de Twilio e intenta de nuevo.",
  },
  twilio_request_refused: {
    title: "Registro rechazado",
    detail: "El registro del número fue rechazado.",
    action:
      "Busca el código del proveedor en la lista de errores de Twilio, corrige la causa e intenta de nuevo.",
  },
  registration_deadline_exceeded: {
    title: "El registro tardó demasiado",
    detail: "El registro no terminó dentro del plazo permitido.",
    action: "Mira en el historial qué se esperaba, resuélvelo e intenta de nuevo.",
  },
  display_name_change_in_progress: {
    title: "Nombre en revisión",
    detail: "WhatsApp todavía procesa un cambio de nombre anterior.",
    action: "No hay que hacer nada: el servicio lo intenta de nuevo por su cuenta.",
  },
  twilio_rate_limited: {
    title: "El registro va más despacio",
    detail: "En este momento los números se registran más despacio.",
    action:
      "Espera: Twilio pidió menos solicitudes, y el servicio lo intenta de nuevo por su cuenta. Un código que se acababa de escribir hay que escribirlo otra vez.",
  },
  twilio_unavailable: {
    title: "El registro no responde por ahora",
    detail: "El servicio con el que registramos los números no responde en este momento.",
    action:
      "Espera: el servicio llama a Twilio de nuevo por su cuenta. Un código que se acababa de escribir hay que escribirlo otra vez.",
  },
} as const satisfies Record<keyof typeof PLATFORM_PROBLEMS, ProblemText>;
