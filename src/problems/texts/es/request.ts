import type { REQUEST_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const request = {
  invalid_request: {
    title: "Solicitud no válida",
    detail: "Falta un valor en la solicitud o alguno no es válido.",
    action: "Corregir lo que indica “issues” y volver a enviar la solicitud.",
  },
  return_url_not_allowed: {
    title: "Dirección de retorno no permitida",
    detail: "El origen de returnUrl o failureUrl no está entre los permitidos.",
    action: "Usar un origen permitido o pedir que este se agregue a ALLOWED_RETURN_ORIGINS.",
  },
  unauthenticated: {
    title: "Sesión no iniciada",
    detail: "El token de acceso falta, no es válido o venció.",
    action: "Iniciar sesión de nuevo y enviar la solicitud con un token vigente.",
  },
  webhook_signature_invalid: {
    title: "Webhook sin firma válida",
    detail: "La solicitud no lleva la firma de la cuenta que tiene el número.",
    action:
      "Comparar PUBLIC_URL con la dirección a la que llama Twilio, y TWILIO_AUTH_TOKEN con el token principal de la cuenta.",
  },
  origin_not_allowed: {
    title: "Origen no permitido",
    detail: "Esta solicitud solo puede enviarse desde las páginas del propio servicio.",
    action: "Abrir el enlace de conexión y continuar en esa página.",
  },
  not_found: {
    title: "No encontrado",
    detail: "No hay nada en esta dirección.",
    action: "Comparar la dirección con la documentación de la interfaz.",
  },
  integration_unknown: {
    title: "Integración no encontrada",
    detail: "Esta cuenta no tiene ninguna integración con ese identificador.",
    action: "Consultar la lista de integraciones de la cuenta y usar un identificador de ella.",
  },
  method_not_allowed: {
    title: "Método no permitido",
    detail: "Esta dirección no acepta ese método HTTP.",
    action: "Usar uno de los métodos que indica el encabezado Allow.",
  },
  not_in_state: {
    title: "No es posible en este momento",
    detail: "La acción no corresponde al estado actual.",
    action: "Consultar el estado actual y ofrecer solo lo que corresponde.",
  },
  busy: {
    title: "Hay otro paso en curso",
    detail: "Se está ejecutando otro paso. Se puede intentar de nuevo en unos segundos.",
    action: "Enviar la misma solicitud otra vez después de los segundos que indica Retry-After.",
  },
  erasure_under_way: {
    title: "Eliminación de datos en curso",
    detail:
      "Los datos de esta cuenta se están eliminando; hasta que termine no se puede conectar nada nuevo.",
    action: "Consultar qué falta con “npm run ops -- erase” y luego intentar de nuevo.",
  },
  idempotency_key_in_use: {
    title: "Clave en uso por otra solicitud",
    detail: "Una solicitud anterior con la misma Idempotency-Key todavía no tiene respuesta.",
    action:
      "Enviar la misma solicitud con la misma clave después de los segundos que indica Retry-After.",
  },
  idempotency_key_reused: {
    title: "Clave de otra solicitud",
    detail: "Esta Idempotency-Key se envió con otra solicitud en las últimas 24 horas.",
    action:
      "Enviar una clave nueva con cada solicitud nueva, y la misma clave solo con la misma solicitud.",
  },
  payload_too_large: {
    title: "Solicitud demasiado grande",
    detail: "El cuerpo de la solicitud supera el tamaño que acepta el servicio.",
    action: "Enviar un cuerpo más pequeño.",
  },
  rate_limited: {
    title: "Demasiadas solicitudes",
    detail: "Hubo demasiadas solicitudes en poco tiempo.",
    action: "Esperar los segundos que indica Retry-After y volver a intentar.",
  },
  internal_error: {
    title: "Error interno",
    detail: "Algo falló en el servicio.",
    action: "Buscar en el registro el identificador de la solicitud: allí está la causa.",
  },
  database_unavailable: {
    title: "Base de datos no disponible",
    detail: "El servicio no puede acceder a su base de datos en este momento.",
    action:
      "Revisar la base de datos y la conexión con ella. La solicitud puede repetirse más tarde.",
  },
  database_index_conflict: {
    title: "Índice ajeno en la base de datos",
    detail: "Un índice único de la base de datos, ajeno a este servicio, rechaza el documento.",
    action:
      "Borrar el índice indicado o limitarlo a sus propios documentos. El servicio vuelve a intentar por sí mismo cada diez minutos.",
  },
  authentication_unavailable: {
    title: "Verificación de acceso no disponible",
    detail:
      "En este momento no se pueden obtener las claves que verifican el token de quien llama.",
    action:
      "Revisar AUTH_JWKS_URL y la conexión con esa dirección. La solicitud puede repetirse más tarde.",
  },
  partner_solution_id_not_configured: {
    title: "Configuración incompleta",
    detail: "Partner Solution ID no configurado",
    action:
      "Definir TWILIO_PARTNER_SOLUTION_ID (Meta App Dashboard, WhatsApp, Partner Solutions) y reiniciar el servicio.",
  },
  prefetch_refused: {
    title: "Carga anticipada",
    detail: "El navegador cargó el enlace por adelantado, sin que nadie lo abriera.",
    action: "Abrir el enlace directamente.",
  },
} as const satisfies Record<keyof typeof REQUEST_PROBLEMS, ProblemText>;
