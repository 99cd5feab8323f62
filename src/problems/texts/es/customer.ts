import type { CUSTOMER_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const customer = {
  display_name_missing: {
    title: "Falta el nombre",
    detail: "WhatsApp necesita el nombre que verán los clientes y no se indicó ninguno.",
    action: "Escribe el nombre del negocio e intenta de nuevo.",
  },
  display_name_rejected: {
    title: "Nombre no aceptado",
    detail: "WhatsApp no aceptó el nombre del negocio.",
    action:
      "Elige un nombre claramente relacionado con el negocio y conforme a las reglas de WhatsApp, e intenta de nuevo.",
  },
  number_linked_elsewhere: {
    title: "Número conectado a otra cuenta",
    detail: "Este número ya está conectado a otra cuenta de este servicio.",
    action: "Desconéctalo en la otra cuenta y después intenta aquí de nuevo, o usa otro número.",
    operator: {
      detail:
        "Otra cuenta de este servicio tiene este número, y no es seguro a cuál de las dos pertenece.",
      action:
        "Averigua de quién es el número. «npm run ops -- hand-over» lo da a esta cuenta; cuando la otra está desconectada, «retry» continúa.",
    },
  },
  waba_linked_elsewhere: {
    title: "Cuenta de WhatsApp conectada en otro lugar",
    detail: "Esta cuenta de WhatsApp Business ya se usa en otra cuenta de este servicio.",
    action:
      "Desconéctala allí y después intenta aquí de nuevo, o conecta con una cuenta de WhatsApp Business nueva.",
    operator: {
      detail:
        "Otra cuenta de este servicio tiene esta cuenta de WhatsApp Business, y no es seguro de quién es.",
      action:
        "Averigua de quién es. «npm run ops -- hand-over» la da a esta cuenta; cuando la otra está desconectada, «retry» continúa.",
    },
  },
  waba_not_shared: {
    title: "Cuenta de WhatsApp no compartida",
    detail: "No tenemos acceso a la cuenta de WhatsApp Business, o lo tiene otro proveedor.",
    action:
      "Conecta de nuevo y completa todos los pasos; si se repite, crea en ellos una cuenta nueva.",
  },
  credit_line_conflict: {
    title: "Otro medio de pago",
    detail: "La cuenta de WhatsApp Business ya tiene una tarjeta o el crédito de otro proveedor.",
    action: "Conecta de nuevo y crea una cuenta de WhatsApp Business nueva, sin tarjeta.",
  },
  waba_number_limit: {
    title: "No caben más números",
    detail: "La cuenta de WhatsApp Business llegó a su límite de números.",
    action:
      "Quita un número que no uses o pide al soporte de WhatsApp un límite mayor, e intenta de nuevo.",
  },
  number_already_on_whatsapp: {
    title: "Número ya registrado en WhatsApp",
    detail: "Este número está en uso en WhatsApp o con otro proveedor.",
    action:
      "Elimina la cuenta en la aplicación del teléfono y espera unos 3 minutos, o desactiva la verificación en dos pasos en el otro proveedor; después, intenta de nuevo.",
  },
  two_step_verification_on: {
    title: "Verificación en dos pasos activada",
    detail:
      "El número ya estuvo registrado, y WhatsApp aún lo protege con la verificación en dos pasos.",
    action:
      "Desactiva la verificación en dos pasos del número en el Administrador de WhatsApp y después intenta de nuevo.",
  },
  waba_access_lost: {
    title: "Acceso perdido",
    detail: "El número o la cuenta de WhatsApp Business se eliminó o dejó de compartirse.",
    action: "Conecta el número de nuevo.",
  },
  waba_disabled: {
    title: "Cuenta bloqueada",
    detail:
      "WhatsApp deshabilitó la cuenta de WhatsApp Business o espera la verificación del negocio.",
    action:
      "Revisa los avisos en el servicio de ayuda para empresas de Facebook, resuélvelos e intenta de nuevo.",
  },
  number_not_verifiable: {
    title: "No se pudo verificar el número",
    detail: "WhatsApp no pudo verificar este número.",
    action: "Comprueba que el número recibe mensajes de texto o llamadas e intenta de nuevo.",
  },
  too_many_codes: {
    title: "Demasiados códigos",
    detail: "Se pidieron o se probaron demasiados códigos de verificación.",
    action: "Espera, como mucho un día, antes de pedir o escribir otro código.",
  },
  code_not_received: {
    title: "Código no recibido",
    detail: "El código de verificación no llegó por mensaje de texto.",
    action: "Pide el código por llamada.",
  },
  verification_code_wrong: {
    title: "Código incorrecto",
    detail: "El código de verificación es incorrecto o venció.",
    action: "Escribe el último código recibido o pide uno nuevo.",
  },
  number_moved_to_other_waba: {
    title: "Número trasladado",
    detail: "El número se trasladó a otra cuenta de WhatsApp Business.",
    action: "Conecta el número de nuevo con la cuenta donde está ahora.",
  },
  invitation_not_accepted: {
    title: "Invitación no aceptada",
    detail: "La invitación a compartir la cuenta de WhatsApp Business no fue aceptada.",
    action: "Acepta la invitación en la configuración del negocio en Facebook e intenta de nuevo.",
  },
  sender_offline: {
    title: "Número inactivo",
    detail: "WhatsApp informa que el número no puede enviar ni recibir mensajes.",
    action: "Revisa los avisos en el Administrador de WhatsApp, resuélvelos e intenta de nuevo.",
  },
} as const satisfies Record<keyof typeof CUSTOMER_PROBLEMS, ProblemText>;
