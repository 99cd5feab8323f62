import type { PLATFORM_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const platform = {
  number_not_assigned: {
    title: "Número no asignado",
    detail: "El número pertenece al servicio y no está asignado a esta cuenta.",
    action: "Si es del cliente, asignarlo con “npm run ops -- assign” e intentar de nuevo.",
  },
  sender_has_other_waba: {
    title: "Número registrado con otra cuenta",
    detail: "El número ya está registrado con otra cuenta de WhatsApp Business.",
    action:
      "Revisar ese remitente en la subcuenta; si no hace falta, eliminarlo e intentar de nuevo.",
  },
  subaccount_has_other_waba: {
    title: "Cuenta en uso",
    detail: "La cuenta preparada para el número está vinculada a otra cuenta de WhatsApp Business.",
    action: "Revisar los remitentes de la subcuenta, eliminar los que sobren e intentar de nuevo.",
  },
  sender_action_unsupported: {
    title: "Acción no admitida",
    detail: "La acción no se admite para este número.",
    action: "Revisar el remitente en la consola de Twilio y consultar al soporte de Twilio.",
  },
  sender_number_refused: {
    title: "Número rechazado",
    detail: "El proveedor no acepta este número para WhatsApp.",
    action:
      "Revisar en Twilio el número y su tipo; si son correctos, consultar al soporte de Twilio.",
  },
  sender_migrated: {
    title: "Número migrado",
    detail: "El número se migró a una cuenta fuera de este servicio.",
    action: "Averiguar en Twilio dónde está el número ahora y pedir que regrese, o desconectarlo.",
  },
  sender_vanished: {
    title: "Registro no encontrado",
    detail: "El registro del número ya no existe.",
    action: "Averiguar quién lo eliminó; “retry” registra el número de nuevo.",
  },
  subaccount_suspended: {
    title: "Cuenta suspendida",
    detail: "La cuenta preparada para el número está suspendida.",
    action: "Activar la subcuenta en la consola de Twilio e intentar de nuevo.",
  },
  subaccount_limit_reached: {
    title: "No caben más cuentas",
    detail: "El servicio llegó a su límite de cuentas.",
    action: "Pedir a Twilio un límite mayor o cerrar subcuentas sin uso, e intentar de nuevo.",
  },
  twilio_credentials_rejected: {
    title: "Credenciales rechazadas",
    detail: "El proveedor rechazó las credenciales del servicio.",
    action: "Revisar TWILIO_ACCOUNT_SID y TWILIO_AUTH_TOKEN con “npm run doctor”.",
  },
  twilio_account_inactive: {
    title: "Cuenta del servicio inactiva",
    detail: "La cuenta del servicio está suspendida o cerrada, o le falta un permiso.",
    action: "Revisar el estado de la cuenta en la consola de Twilio e intentar de nuevo.",
  },
  twilio_resource_missing: {
    title: "Falta una parte del registro",
    detail: "El proveedor no reconoce algo que el registro necesita.",
    action: "Revisar la subcuenta y el remitente en la consola de Twilio e intentar de nuevo.",
  },
  twilio_request_refused: {
    title: "Registro rechazado",
    detail: "El registro del número fue rechazado.",
    action:
      "Buscar el código del proveedor en la lista de errores de Twilio, corregir la causa e intentar de nuevo.",
  },
  registration_deadline_exceeded: {
    title: "El registro tardó demasiado",
    detail: "El registro no terminó dentro del plazo permitido.",
    action: "Ver en el historial qué se esperaba, resolverlo e intentar de nuevo.",
  },
  display_name_change_in_progress: {
    title: "Nombre en revisión",
    detail: "WhatsApp todavía procesa un cambio de nombre anterior.",
    action: "No hay que hacer nada: el servicio lo intenta de nuevo por su cuenta.",
  },
  twilio_rate_limited: {
    title: "Proveedor ocupado",
    detail: "El proveedor pidió al servicio que envíe menos solicitudes.",
    action:
      "Esperar: el servicio lo intenta de nuevo por su cuenta. Si se acababa de escribir un código, escribirlo otra vez.",
  },
  twilio_unavailable: {
    title: "El proveedor no responde",
    detail: "En este momento no se puede acceder al proveedor o responde con un error.",
    action:
      "Esperar: el servicio lo intenta de nuevo por su cuenta. Si se acababa de escribir un código, escribirlo otra vez.",
  },
} as const satisfies Record<keyof typeof PLATFORM_PROBLEMS, ProblemText>;
