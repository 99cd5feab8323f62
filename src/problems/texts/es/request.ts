import type { REQUEST_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const request = {
  invalid_request: {
    title: "Solicitud no válida",
    detail: "Falta un valor en la solicitud o alguno no es válido.",
    action: "Corrige lo que indica “issues” y vuelve a enviar la solicitud.",
  },
  return_url_not_allowed: {
    title: "Dirección de retorno no permitida",
    detail: "La dirección de retorno no está entre las permitidas.",
    action:
      "Usa en returnUrl y failureUrl un origen permitido, o pide que este se agregue a ALLOWED_RETURN_ORIGINS.",
  },
  unauthenticated: {
    title: "Sesión no iniciada",
    detail: "No sabemos quién eres, o tu acceso venció.",
    action: "Inicia sesión de nuevo y envía la solicitud con un token vigente.",
  },
  webhook_signature_invalid: {
    title: "Aviso sin firma válida",
    detail: "La solicitud no lleva la firma de la cuenta que tiene el número.",
    action:
      "Compara PUBLIC_URL con la dirección a la que llama Twilio, y TWILIO_AUTH_TOKEN con el token principal de la cuenta.",
  },
  origin_not_allowed: {
    title: "Origen no permitido",
    detail: "Esta solicitud solo puede enviarse desde las páginas del propio servicio.",
    action: "Abre el enlace de conexión y continúa en esa página.",
  },
  not_found: {
    title: "No encontrado",
    detail: "No hay nada en esta dirección.",
    action: "Compara la dirección con la documentación de la interfaz.",
  },
  integration_unknown: {
    title: "Integración no encontrada",
    detail: "Esta cuenta no tiene ninguna integración con ese identificador.",
    action: "Consulta la lista de integraciones de la cuenta y usa un identificador de ella.",
  },
  method_not_allowed: {
    title: "Método no permitido",
    detail: "Esta dirección no se puede usar de esa manera.",
    action: "Usa uno de los métodos HTTP que indica el encabezado Allow.",
  },
  not_in_state: {
    title: "No es posible en este momento",
    detail: "La acción no corresponde al estado actual.",
    action: "Consulta el estado actual y ofrece solo lo que corresponde.",
  },
  busy: {
    title: "Hay otro paso en curso",
    detail: "Se está ejecutando otro paso. Se puede intentar de nuevo en unos segundos.",
    action: "Envía la misma solicitud otra vez después de los segundos que indica Retry-After.",
  },
  erasure_under_way: {
    title: "Eliminación de datos en curso",
    detail:
      "Los datos de esta cuenta se están eliminando; hasta que termine no se puede conectar nada nuevo.",
    action: "Consulta qué falta con “npm run ops -- erase” y luego inténtalo de nuevo.",
  },
  idempotency_key_in_use: {
    title: "Clave en uso por otra solicitud",
    detail: "Una solicitud anterior con la misma clave todavía no tiene respuesta.",
    action:
      "Envía la misma solicitud con la misma Idempotency-Key después de los segundos que indica Retry-After.",
  },
  idempotency_key_reused: {
    title: "Clave de otra solicitud",
    detail: "Esta clave se envió con otra solicitud en las últimas 24 horas.",
    action:
      "Envía una Idempotency-Key nueva con cada solicitud nueva, y la misma solo con la misma solicitud.",
  },
  payload_too_large: {
    title: "Solicitud demasiado grande",
    detail: "El cuerpo de la solicitud supera el tamaño que acepta el servicio.",
    action: "Envía un cuerpo más pequeño.",
  },
  rate_limited: {
    title: "Demasiadas solicitudes",
    detail: "Hubo demasiadas solicitudes en poco tiempo.",
    action: "Espera los segundos que indica Retry-After y vuelve a intentarlo.",
  },
  internal_error: {
    title: "Algo salió mal",
    detail: "El error es nuestro.",
    action: "Busca en el registro el identificador de la solicitud: allí está la causa.",
  },
  database_unavailable: {
    title: "El servicio no está disponible por ahora",
    detail: "En este momento no podemos leer ni guardar nada.",
    action:
      "Revisa la base de datos y la conexión con ella. La solicitud puede repetirse más tarde.",
  },
  database_index_conflict: {
    title: "No pudimos guardar la conexión",
    detail: "Algo en nuestro servicio impide guardarla.",
    action:
      "Un índice único ajeno a este servicio rechaza el documento: borra ese índice o limítalo a sus propios documentos. El servicio vuelve a intentarlo por sí mismo cada diez minutos.",
  },
  authentication_unavailable: {
    title: "Verificación de acceso no disponible",
    detail: "En este momento no podemos comprobar quién eres.",
    action:
      "Revisa AUTH_JWKS_URL, de donde vienen las claves para los tokens, y la conexión con esa dirección. La solicitud puede repetirse más tarde.",
  },
  partner_solution_id_not_configured: {
    title: "Todavía no se puede conectar",
    detail: "Partner Solution ID no configurado",
    detailForCustomer: "Nuestro servicio aún no está listo para conectar números.",
    action:
      "Define TWILIO_PARTNER_SOLUTION_ID (Meta App Dashboard, WhatsApp, Partner Solutions) y reinicia el servicio.",
  },
  prefetch_refused: {
    title: "Carga anticipada",
    detail: "El navegador cargó el enlace por adelantado, sin que nadie lo abriera.",
    action: "Abre el enlace directamente.",
  },
} as const satisfies Record<keyof typeof REQUEST_PROBLEMS, ProblemText>;
