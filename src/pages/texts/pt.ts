import type { PageTexts } from "./page-texts.ts";

export const pt = {
  lang: "pt-BR",
  languages: "Idioma",
  signup: {
    title: "Conecte seu número do WhatsApp",
    lead: "Autorize a conexão com sua conta do Facebook. Leva cerca de cinco minutos.",
    account: "Conta que recebe o número",
    country: "País do número",
    number: "Número do WhatsApp",
    name: "Nome que seus clientes verão",
    returnTo: "Ao terminar, você volta para",
    validUntil: "Este link vale até:",
    numberHint: "Sem o código do país, ou completo com +.",
    nameHint:
      "O nome do seu negócio, como seus clientes o conhecem. Sem endereços da web nem emojis, não todo em maiúsculas, e sem “WhatsApp”, “Facebook” nem “Meta”.",
    button: { meta: "Continue com o Facebook", redirect: "Continue" },
    allowed: "Você permite que {brand} envie e receba mensagens do WhatsApp com este número.",
    privacy: "Você entra pela janela do Facebook. Nós nunca vemos sua senha.",
    noScript: "Esta página precisa de JavaScript. Ative-o no navegador e recarregue a página.",
    stepsTitle: "O que vai acontecer",
    steps: {
      open: "Abre-se uma janela do Facebook, onde você entra na sua conta.",
      business: "Você escolhe sua empresa e sua conta do WhatsApp Business, ou cria uma nova.",
      verify: {
        sms_capable:
          "Você confirma o número. Se o Facebook pedir um código, ele chega a esse número por SMS.",
        voice_only: "O número é verificado com um código que chega por ligação.",
        byo: "Você verifica seu número com um código recebido por SMS ou ligação.",
      },
      wait: "Você volta para cá e nós terminamos o registro do número.",
    },
    needsTitle: "O que é preciso",
    needs: [
      "Uma conta do Facebook com permissão para administrar a empresa. Se outra pessoa a administra, envie este link para ela.",
      "Um número que possa receber um SMS ou uma ligação.",
      "Que o número não esteja em uso no WhatsApp. Para saber, abra wa.me/ seguido do número no navegador: se abrir uma conversa, está em uso.",
      "Para liberar um número, abra o WhatsApp nesse telefone, escolha Configurações, Conta, Apagar conta e espere uns três minutos.",
    ],
    check: "Veja se o número está no WhatsApp",
    share: {
      title: "Outra pessoa vai fazer isso?",
      text: "Envie este link para quem administra a empresa no Facebook. Fica com ele a primeira pessoa que tocar no botão.",
      button: "Envie o link",
    },
  },
  problem: {
    heading: "Não podemos continuar",
    code: "Código para o suporte",
    back: "Volte à sua conta",
    status: "Veja como está seu número",
    again: "Tente de novo",
  },
  footer: { privacy: "Privacidade", support: "Ajuda" },
  elsewhere: {
    title: "Continue no navegador em que você começou",
    text: "Esta página é daquele navegador: só lá ela mostra como está o número e permite fazer o que falta.",
    otherwise:
      "Não tem mais esse navegador? Entre na sua conta e toque em “Conectar WhatsApp” de novo.",
  },
  status: {
    working: {
      title: "Estamos registrando seu número",
      text: "Você já autorizou a conexão. Esta página se atualiza sozinha; se você a fechar, o registro continua.",
    },
    code: {
      title: "Digite o código que você recebeu",
      text: "O WhatsApp enviou um código ao número, por SMS ou ligação.",
      label: "Código",
      hint: "Só algarismos, quase sempre seis.",
      send: "Envie o código",
      resendBy: "Outro código",
      sms: "Outro código por SMS",
      voice: "Outro código por ligação",
    },
    connected: {
      title: "Seu número está conectado",
      text: "O número já está on-line no WhatsApp. Você pode fechar esta página.",
      receiving: "Você já pode receber e enviar mensagens do WhatsApp. Pode fechar esta página.",
    },
    disconnected: {
      title: "O número está desconectado",
      text: "Para conectá-lo outra vez, toque em “Conectar WhatsApp” na sua conta.",
    },
    replaced: {
      title: "Este registro foi substituído",
      text: "O número foi conectado depois com outro link. Veja-o na sua conta.",
    },
    awaited: {
      customer: "Falta um passo seu.",
      operator: "Nossa equipe precisa resolver. Você não precisa fazer nada.",
      twilio: "Estamos registrando o número no WhatsApp.",
      meta: "Esperamos o WhatsApp, que analisa a conta.",
    },
    usually: "Costuma levar",
    reference: "Para o suporte",
    steps: {
      authorised: "Autorizado no Facebook",
      subaccount: "Conta preparada",
      sender: "Número registrado",
      online: "Número on-line",
    },
    retryingUntil: "Continuamos tentando até:",
    retry: "Tente de novo",
    browser: {
      onward: "Continue",
      connectAgain: "Conecte de novo",
      connectThere: "Feche esta aba e conecte de novo",
      states: {
        done: "pronto",
        current: "em andamento",
        open: "pendente",
        failed: "com um problema",
      },
      codeMissing: "Digite o código completo: só algarismos, quase sempre seis.",
      sending: "Enviando…",
      sent: "Código enviado. Estamos conferindo.",
      requested: "Pedimos um novo código. Pode levar um minuto.",
      offline: "Não foi possível falar com o servidor. Verifique sua conexão e tente de novo.",
      leaving: "Em alguns segundos levamos você de volta.",
    },
  },
  browser: {
    numberFirst:
      "Primeiro o Facebook pede um número: escolha digitar um número novo e coloque {number}. Não escolha um número virtual (+1 555) nem um de teste.",
    numberHere: "o que você escreve aqui",
    starting: "Preparando a conexão…",
    finishing: "Salvando a conexão. Não feche esta página.",
    closeWindow: "Você já pode fechar a janela do Facebook.",
    noWindow:
      "Não apareceu a janela do Facebook? Toque em “Abra a janela outra vez”. Se ela não abrir, use outro navegador.",
    otherBrowser: "Use outro navegador",
    leaving: "Levando você para a próxima página…",
    waiting: {
      title: "Continue na janela do Facebook",
      text: "Esta página avança sozinha quando você terminar lá. Não a feche.",
    },
    confirm: {
      title: "Tudo pronto",
      text: "Toque no botão para abrir a janela do Facebook.",
      button: "Abra o Facebook",
    },
    relayed: {
      is: "O código para o Facebook é",
      several: "Chegaram vários códigos. Use o que chegou quando você o pediu ao Facebook:",
      from: "de",
      copy: "Copie o código",
      copied: "Código copiado",
    },
    reopen: "Abra a janela outra vez",
    tryAgain: "Tente de novo",
    change: "Mude o número ou o nome",
    back: "Volte sem conectar",
    closeTab: { label: "Feche esta aba", byHand: "Você já pode fechar esta aba." },
    copyLink: "Copie o link",
    copied: "Link copiado. Cole-o no seu navegador.",
    shared: "Link copiado. Cole-o em uma mensagem.",
    copyByHand: "Toque e segure o link para copiá-lo.",
    continueHere: "Continue aqui mesmo assim",
    reference: "Para o suporte",
    metaSays: "O Facebook informa",
    numbers: { expected: "Número deste link", given: "Número que você escolheu" },
    fields: {
      numberMissing: "Escreva o número.",
      numberInvalid:
        "Digite o número completo: só algarismos, sem o código do país ou completo com +, e o país certo.",
      nameMissing: "Escreva o nome.",
      nameInvalid: "Este nome não pode ser usado. Escreva outro.",
      fullNumber: "Número completo",
      countryDoubt: "O número não parece ser deste país: {country}. Veja se é o país certo.",
      nameDoubts: {
        short: "O WhatsApp costuma recusar nomes com menos de três letras.",
        address: "O WhatsApp não aceita endereços da web no nome.",
        emoji: "O WhatsApp não aceita emojis no nome.",
        meta: "O WhatsApp não aceita “WhatsApp”, “Facebook”, “Instagram” nem “Meta” no nome.",
        capitals: "O WhatsApp não aceita nomes todos em maiúsculas, a não ser siglas.",
      },
    },
    notices: {
      popupBlocked: {
        title: "O navegador bloqueou a janela",
        text: "Permita pop-ups para esta página, se o seu navegador oferecer isso, e tente de novo. Ou copie o link e abra-o em outro navegador.",
      },
      popupClosed: {
        title: "A janela fechou antes do fim",
        text: "Não recebemos nenhum resultado do Facebook. Tente de novo e siga até a última tela. Se acontecer outra vez, use outro navegador.",
      },
      sdkMissing: {
        title: "Não foi possível carregar o Facebook",
        text: "Verifique sua conexão. Se você usa um bloqueador de anúncios ou de rastreamento, desative-o para esta página.",
      },
      noCookies: {
        title: "Os cookies estão desativados",
        text: "Esta página precisa do seu cookie para reconhecer o seu navegador. Permita os cookies desta página nas configurações do navegador e tente de novo.",
      },
      unfinished: {
        title: "Falta o resultado do Facebook",
        text: "O Facebook terminou, mas não informou qual conta do WhatsApp você escolheu. Tente de novo e escolha a mesma conta.",
      },
      cancelled: {
        title: "A conexão ficou incompleta",
        text: "Você fechou a janela do Facebook antes do fim. Nada mudou; retome quando quiser.",
      },
      failed: {
        title: "O Facebook não conseguiu concluir a conexão",
        text: "Nada mudou ainda. Você pode tentar de novo.",
      },
      offline: {
        title: "Sem conexão",
        text: "Não conseguimos falar com o servidor. Verifique sua conexão e tente de novo.",
      },
      notHandedOver: {
        title: "Sua autorização está salva, mas ainda não chegou",
        text: "Não conseguimos falar com o servidor. Não é preciso repetir nada no Facebook: tente de novo quando tiver conexão.",
      },
      inAppBrowser: {
        title: "Abra este link no seu navegador",
        text: "Você está dentro de outro aplicativo, onde a janela do Facebook não funciona. Copie o link e abra-o no Safari, Chrome ou outro navegador.",
      },
    },
    steps: {
      BUSINESS_ACCOUNT_SELECTION:
        "Você parou na escolha da empresa. Se ela não aparece, peça acesso a quem a administra no Facebook.",
      WABA_PHONE_PROFILE_PICKER:
        "Você parou na escolha da conta do WhatsApp. Pode usar uma existente ou criar outra.",
      WHATSAPP_BUSINESS_PROFILE_SETUP:
        "Você parou nos dados do negócio. Use o nome pelo qual seus clientes conhecem você.",
      PHONE_NUMBER_SETUP: "Você parou no número. Ele não pode estar em uso no WhatsApp.",
      PHONE_NUMBER_VERIFICATION: "Você parou no código. Se não chegar por SMS, peça a ligação.",
      PERMISSIONS: "Você parou nas permissões. Sem elas não podemos conectar o número.",
    },
    advice: {
      numberInUse:
        "O número já está no WhatsApp. Apague a conta no aplicativo e espere três minutos, ou desative a verificação em duas etapas no provedor anterior.",
      accountElsewhere:
        "A conta do WhatsApp Business está conectada a outro provedor. Escolha ou crie outra, ou remova antes esse provedor.",
      alreadyLinked: "Essa conta já está conectada. Escolha a conexão que existe.",
      accountLimit:
        "Sua empresa atingiu o limite de contas do WhatsApp. Use uma existente ou verifique sua empresa no Facebook.",
      codeMissing: "O código não chegou. Peça a ligação em vez do SMS.",
      codeWrong: "O código não é válido. Peça um novo.",
      tooManyCodes: "Foram pedidos códigos demais. Espere cerca de doze horas.",
      twoFactor: "Ative a autenticação de dois fatores da sua empresa no Facebook.",
      wait: "O Facebook pede para esperar. Tente mais tarde.",
      businessApp: "Este número não pode ser usado assim. Use outro número ou fale conosco.",
    },
  },
} as const satisfies PageTexts;
