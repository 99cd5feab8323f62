import type { PageTexts } from "./page-texts.ts";

export const es = {
  lang: "es",
  languages: "Idioma",
  signup: {
    title: "Conecta tu número de WhatsApp",
    lead: "Autoriza la conexión con tu cuenta de Facebook. Toma unos cinco minutos.",
    account: "Cuenta que recibe el número",
    country: "País del número",
    number: "Número de WhatsApp",
    name: "Nombre que verán tus clientes",
    returnTo: "Al terminar vuelves a",
    validUntil: "Este enlace vale hasta:",
    numberHint: "Sin el código del país, o completo con +.",
    nameHint:
      "El nombre de tu negocio, como lo conocen tus clientes. Sin direcciones web ni emojis, no todo en mayúsculas, y sin «WhatsApp», «Facebook» ni «Meta».",
    button: { meta: "Continúa con Facebook", redirect: "Continúa" },
    allowed: "Permites que {brand} envíe y reciba mensajes de WhatsApp con este número.",
    privacy: "Inicias sesión en la ventana de Facebook. Nosotros nunca vemos tu contraseña.",
    noScript: "Esta página necesita JavaScript. Actívalo en tu navegador y vuelve a cargarla.",
    stepsTitle: "Qué va a pasar",
    steps: {
      open: "Se abre una ventana de Facebook, donde inicias sesión.",
      business: "Eliges tu empresa y tu cuenta de WhatsApp Business, o creas una nueva.",
      verify: {
        sms_capable: "Confirmas el número. Si Facebook pide un código, llega a ese número por SMS.",
        voice_only: "El número se verifica con un código que llega por llamada.",
        byo: "Verificas tu número con un código que recibes por SMS o llamada.",
      },
      wait: "Vuelves aquí y nosotros terminamos el registro del número.",
    },
    needsTitle: "Qué necesitas",
    needs: [
      "Una cuenta de Facebook con permiso para administrar la empresa. Si la administra otra persona, envíale este enlace.",
      "Un número que pueda recibir un SMS o una llamada.",
      "Que el número no esté en uso en WhatsApp. Para saberlo, abre wa.me/ seguido del número en tu navegador: si se abre un chat, está en uso.",
      "Para liberar un número, abre WhatsApp en ese teléfono, elige Ajustes, Cuenta, Eliminar cuenta y espera unos tres minutos.",
    ],
    check: "Mira si el número está en WhatsApp",
    share: {
      title: "¿Lo hará otra persona?",
      text: "Envía este enlace a quien administra la empresa en Facebook. El primero que pulse el botón se queda con él.",
      button: "Envía el enlace",
    },
  },
  problem: {
    heading: "No podemos continuar",
    code: "Código para soporte",
    back: "Vuelve a tu cuenta",
    status: "Mira cómo va tu número",
    again: "Inténtalo de nuevo",
  },
  footer: { privacy: "Privacidad", support: "Ayuda" },
  elsewhere: {
    title: "Sigue en el navegador donde empezaste",
    text: "Esta página es de ese navegador: solo allí muestra cómo va el número y deja hacer lo que falte.",
    otherwise: "¿Ya no lo tienes? Entra en tu cuenta y pulsa «Conectar WhatsApp» otra vez.",
  },
  status: {
    working: {
      title: "Estamos registrando tu número",
      text: "Ya autorizaste la conexión. Esta página se actualiza sola; si la cierras, el registro continúa.",
    },
    code: {
      title: "Escribe el código que recibiste",
      text: "WhatsApp envió un código al número, por SMS o llamada.",
      label: "Código",
      hint: "Solo cifras, casi siempre seis.",
      send: "Envía el código",
      resendBy: "Otro código",
      sms: "Otro código por SMS",
      voice: "Otro código por llamada",
    },
    connected: {
      title: "Tu número está conectado",
      text: "El número ya está en línea en WhatsApp. Puedes cerrar esta página.",
      receiving: "Ya puedes recibir y enviar mensajes de WhatsApp. Puedes cerrar esta página.",
    },
    disconnected: {
      title: "El número está desconectado",
      text: "Para conectarlo otra vez, pulsa «Conectar WhatsApp» en tu cuenta.",
    },
    replaced: {
      title: "Este registro fue reemplazado",
      text: "El número se conectó después con otro enlace. Míralo en tu cuenta.",
    },
    awaited: {
      customer: "Falta un paso tuyo.",
      operator: "Nuestro equipo tiene que resolverlo. No hace falta que hagas nada.",
      twilio: "Estamos registrando el número en WhatsApp.",
      meta: "Esperamos a WhatsApp, que revisa la cuenta.",
    },
    usually: "Suele tardar",
    reference: "Para soporte",
    steps: {
      authorised: "Autorizado en Facebook",
      subaccount: "Cuenta preparada",
      sender: "Número registrado",
      online: "Número en línea",
    },
    retryingUntil: "Seguimos intentándolo hasta:",
    retry: "Inténtalo de nuevo",
    browser: {
      onward: "Continúa",
      connectAgain: "Conecta de nuevo",
      connectThere: "Cierra esta pestaña y conecta de nuevo",
      states: { done: "listo", current: "en curso", open: "pendiente", failed: "con un problema" },
      codeMissing: "Escribe el código completo: solo cifras, casi siempre seis.",
      sending: "Enviando…",
      sent: "Código enviado. Lo estamos comprobando.",
      requested: "Pedimos un código nuevo. Puede tardar un minuto.",
      offline: "No pudimos comunicarnos con el servidor. Revisa tu conexión e inténtalo de nuevo.",
      leaving: "En unos segundos te llevamos de vuelta.",
    },
  },
  browser: {
    numberFirst:
      "Primero Facebook pide un número: elige escribir un número nuevo y pon {number}. No elijas un número virtual (+1 555) ni uno de prueba.",
    numberHere: "el que escribes aquí",
    starting: "Preparando la conexión…",
    finishing: "Guardando la conexión. No cierres esta página.",
    closeWindow: "Ya puedes cerrar la ventana de Facebook.",
    noWindow:
      "¿No ves la ventana de Facebook? Pulsa «Abre la ventana otra vez». Si no se abre, usa otro navegador.",
    otherBrowser: "Usa otro navegador",
    leaving: "Te llevamos a la página siguiente…",
    waiting: {
      title: "Continúa en la ventana de Facebook",
      text: "Esta página avanza sola cuando termines allí. No la cierres.",
    },
    confirm: {
      title: "Todo listo",
      text: "Pulsa el botón para abrir la ventana de Facebook.",
      button: "Abre Facebook",
    },
    relayed: {
      is: "El código para Facebook es",
      several: "Han llegado varios códigos. Usa el que llegó cuando lo pediste a Facebook:",
      from: "de",
      copy: "Copia el código",
      copied: "Código copiado",
    },
    reopen: "Abre la ventana otra vez",
    tryAgain: "Inténtalo de nuevo",
    change: "Cambia el número o el nombre",
    back: "Vuelve sin conectar",
    closeTab: { label: "Cierra esta pestaña", byHand: "Ya puedes cerrar esta pestaña." },
    copyLink: "Copia el enlace",
    copied: "Enlace copiado. Pégalo en tu navegador.",
    shared: "Enlace copiado. Pégalo en un mensaje.",
    copyByHand: "Mantén pulsado el enlace para copiarlo.",
    continueHere: "Continúa aquí de todos modos",
    reference: "Para soporte",
    metaSays: "Facebook informa",
    numbers: { expected: "Número de este enlace", given: "Número que elegiste" },
    fields: {
      numberMissing: "Escribe el número.",
      numberInvalid:
        "Escribe el número completo: solo cifras, sin el código del país o completo con +, y el país correcto.",
      nameMissing: "Escribe el nombre.",
      nameInvalid: "Este nombre no se puede usar. Escribe otro.",
      fullNumber: "Número completo",
      countryDoubt: "El número no parece ser de este país: {country}. Mira si es el país correcto.",
      nameDoubts: {
        short: "WhatsApp suele rechazar nombres de menos de tres letras.",
        address: "WhatsApp no acepta direcciones web en el nombre.",
        emoji: "WhatsApp no acepta emojis en el nombre.",
        meta: "WhatsApp no acepta «WhatsApp», «Facebook», «Instagram» ni «Meta» en el nombre.",
        capitals: "WhatsApp no acepta nombres escritos todo en mayúsculas, salvo siglas.",
      },
    },
    notices: {
      popupBlocked: {
        title: "El navegador bloqueó la ventana",
        text: "Permite las ventanas emergentes para esta página, si tu navegador lo ofrece, e inténtalo de nuevo. O copia el enlace y ábrelo en otro navegador.",
      },
      popupClosed: {
        title: "La ventana se cerró antes de terminar",
        text: "No recibimos ningún resultado de Facebook. Inténtalo de nuevo y sigue hasta la última pantalla. Si vuelve a ocurrir, prueba con otro navegador.",
      },
      sdkMissing: {
        title: "No se pudo cargar Facebook",
        text: "Revisa tu conexión. Si usas un bloqueador de anuncios o de rastreo, desactívalo para esta página.",
      },
      noCookies: {
        title: "Las cookies están desactivadas",
        text: "Esta página necesita su cookie para reconocer tu navegador. Permite las cookies de esta página en los ajustes del navegador e inténtalo de nuevo.",
      },
      unfinished: {
        title: "Falta el resultado de Facebook",
        text: "Facebook terminó, pero no nos dijo qué cuenta de WhatsApp elegiste. Inténtalo de nuevo y elige la misma cuenta.",
      },
      cancelled: {
        title: "La conexión quedó sin terminar",
        text: "Cerraste la ventana de Facebook antes del final. Nada cambió; puedes retomarla cuando quieras.",
      },
      failed: {
        title: "Facebook no pudo completar la conexión",
        text: "Nada cambió todavía. Puedes intentarlo de nuevo.",
      },
      offline: {
        title: "Sin conexión",
        text: "No pudimos comunicarnos con el servidor. Revisa tu conexión e inténtalo de nuevo.",
      },
      notHandedOver: {
        title: "Tu autorización está a salvo, pero aún no llegó",
        text: "No pudimos comunicarnos con el servidor. No hace falta repetir nada en Facebook: vuelve a intentarlo cuando tengas conexión.",
      },
      inAppBrowser: {
        title: "Abre este enlace en tu navegador",
        text: "Estás dentro de otra aplicación, y allí la ventana de Facebook no funciona. Copia el enlace y ábrelo en Safari, Chrome u otro navegador.",
      },
    },
    steps: {
      BUSINESS_ACCOUNT_SELECTION:
        "Te quedaste al elegir la empresa. Si no aparece, pide permiso a quien la administra en Facebook.",
      WABA_PHONE_PROFILE_PICKER:
        "Te quedaste al elegir la cuenta de WhatsApp. Puedes usar una existente o crear otra.",
      WHATSAPP_BUSINESS_PROFILE_SETUP:
        "Te quedaste en los datos del negocio. Usa el nombre con el que te conocen tus clientes.",
      PHONE_NUMBER_SETUP: "Te quedaste al escribir el número. No debe estar en uso en WhatsApp.",
      PHONE_NUMBER_VERIFICATION: "Te quedaste en el código. Si no llega por SMS, pide la llamada.",
      PERMISSIONS: "Te quedaste en los permisos. Sin ellos no podemos conectar el número.",
    },
    advice: {
      numberInUse:
        "El número ya está en WhatsApp. Elimina la cuenta en la aplicación y espera tres minutos, o quita la verificación en dos pasos con tu proveedor anterior.",
      accountElsewhere:
        "La cuenta de WhatsApp Business está conectada con otro proveedor. Elige o crea otra, o quita antes ese proveedor.",
      alreadyLinked: "Esa cuenta ya está conectada. Elige la conexión que existe.",
      accountLimit:
        "Tu empresa llegó al límite de cuentas de WhatsApp. Usa una existente o verifica tu empresa en Facebook.",
      codeMissing: "El código no llegó. Pide la llamada en lugar del SMS.",
      codeWrong: "El código no es válido. Pide uno nuevo.",
      tooManyCodes: "Se pidieron demasiados códigos. Espera unas doce horas.",
      twoFactor: "Activa la autenticación en dos pasos de tu empresa en Facebook.",
      wait: "Facebook pide esperar. Inténtalo más tarde.",
      businessApp: "Este número no se puede usar así. Usa otro número o escríbenos.",
    },
  },
} as const satisfies PageTexts;
