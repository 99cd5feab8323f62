import type { CUSTOMER_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const customer = {
  display_name_missing: {
    title: "Falta el nombre",
    detail: "WhatsApp necesita el nombre que verán los clientes y no se indicó ninguno.",
    action: "Escribir el nombre del negocio e intentar de nuevo.",
  },
  display_name_rejected: {
    title: "Nombre no aceptado",
    detail: "WhatsApp no aceptó el nombre del negocio.",
    action:
      "Elegir un nombre claramente relacionado con el negocio y conforme a las reglas de Meta, e intentar de nuevo.",
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
    detail: "Twilio no tiene acceso a la cuenta de WhatsApp Business, o lo tiene otro proveedor.",
    action:
      "Conectar de nuevo y completar todos los pasos; si se repite, crear en ellos una cuenta nueva.",
  },
  credit_line_conflict: {
    title: "Otro medio de pago",
    detail: "La cuenta de WhatsApp Business ya tiene una tarjeta o el crédito de otro proveedor.",
    action: "Conectar de nuevo y crear una cuenta de WhatsApp Business nueva, sin tarjeta.",
  },
  waba_number_limit: {
    title: "No caben más números",
    detail: "La cuenta de WhatsApp Business llegó a su límite de números.",
    action: "Quitar un número que no se use o pedir a Meta un límite mayor, e intentar de nuevo.",
  },
  number_already_on_whatsapp: {
    title: "Número ya registrado en WhatsApp",
    detail: "Este número está en uso en WhatsApp o con otro proveedor.",
    action:
      "Eliminar la cuenta en la aplicación del teléfono y esperar unos 3 minutos, o desactivar la verificación en dos pasos en el otro proveedor; después, intentar de nuevo.",
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
    action: "Conectar el número de nuevo.",
  },
  waba_disabled: {
    title: "Cuenta bloqueada en Meta",
    detail: "Meta deshabilitó la cuenta de WhatsApp Business o espera la verificación del negocio.",
    action:
      "Revisar los avisos en el servicio de ayuda para empresas de Meta, resolverlos e intentar de nuevo.",
  },
  number_not_verifiable: {
    title: "No se pudo verificar el número",
    detail: "WhatsApp no pudo verificar este número.",
    action: "Comprobar que el número recibe mensajes de texto o llamadas e intentar de nuevo.",
  },
  too_many_codes: {
    title: "Demasiados códigos",
    detail: "Se pidieron o se probaron demasiados códigos de verificación.",
    action: "Esperar, como mucho un día, antes de pedir o escribir otro código.",
  },
  code_not_received: {
    title: "Código no recibido",
    detail: "El código de verificación no llegó por mensaje de texto.",
    action: "Pedir el código por llamada.",
  },
  verification_code_wrong: {
    title: "Código incorrecto",
    detail: "El código de verificación es incorrecto o venció.",
    action: "Escribir el último código recibido o pedir uno nuevo.",
  },
  number_moved_to_other_waba: {
    title: "Número trasladado",
    detail: "El número se trasladó a otra cuenta de WhatsApp Business.",
    action: "Conectar el número de nuevo con la cuenta donde está ahora.",
  },
  invitation_not_accepted: {
    title: "Invitación no aceptada",
    detail: "La invitación de Twilio en Meta no fue aceptada.",
    action: "Aceptar la invitación en la configuración del negocio en Meta e intentar de nuevo.",
  },
  sender_offline: {
    title: "Número inactivo",
    detail: "WhatsApp informa que el número no puede enviar ni recibir mensajes.",
    action: "Revisar los avisos en el Administrador de WhatsApp, resolverlos e intentar de nuevo.",
  },
} as const satisfies Record<keyof typeof CUSTOMER_PROBLEMS, ProblemText>;
