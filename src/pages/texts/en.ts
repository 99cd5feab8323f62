import type { PageTexts } from "./page-texts.ts";

export const en = {
  lang: "en",
  languages: "Language",
  signup: {
    title: "Connect your WhatsApp number",
    lead: "Authorise the connection with your Facebook account. It takes about five minutes.",
    account: "Account that receives the number",
    country: "Country of the number",
    number: "WhatsApp number",
    name: "Name your customers will see",
    returnTo: "When done you return to",
    validUntil: "This link is valid until:",
    numberHint: "Without the country code, or whole with +.",
    nameHint:
      "The name of your business, as your customers know it. No web addresses or emojis, not all in capitals, and without “WhatsApp”, “Facebook” or “Meta”.",
    button: { meta: "Continue with Facebook", redirect: "Continue" },
    allowed: "You allow {brand} to send and receive WhatsApp messages with this number.",
    privacy: "You sign in inside Facebook's window. We never see your password.",
    noScript: "This page needs JavaScript. Switch it on in your browser and reload the page.",
    stepsTitle: "What will happen",
    steps: {
      open: "A Facebook window opens, where you sign in.",
      business: "You choose your business and your WhatsApp Business account, or create one.",
      verify: {
        sms_capable:
          "You confirm the number. If Facebook asks for a code, it arrives at that number by SMS.",
        voice_only: "The number is verified with a code that arrives by call.",
        byo: "You verify your number with a code that you get by SMS or call.",
      },
      wait: "You come back here and we finish registering the number.",
    },
    needsTitle: "What you need",
    needs: [
      "A Facebook account that may manage the business. If somebody else manages it, send them this link.",
      "A number that can receive an SMS or a call.",
      "The number must not be in use on WhatsApp. To check, open wa.me/ followed by the number in your browser: if a chat opens, it is in use.",
      "To free a number, open WhatsApp on that phone, choose Settings, Account, Delete account, and wait about three minutes.",
    ],
    check: "See whether the number is on WhatsApp",
    share: {
      title: "Will somebody else do this?",
      text: "Send this link to whoever manages the business on Facebook. The first to press the button keeps it.",
      button: "Send the link",
    },
  },
  problem: {
    heading: "We cannot continue",
    code: "Code for support",
    back: "Go back",
    status: "See how your number is doing",
    again: "Try again",
  },
  footer: { privacy: "Privacy", support: "Help" },
  elsewhere: {
    title: "Go on in the browser where you started",
    text: "This page belongs to that browser: only there it shows how the number is doing and lets you do what is left.",
    otherwise: "Is it no longer at hand? Go to your account and press “Connect WhatsApp” again.",
  },
  status: {
    working: {
      title: "We are registering your number",
      text: "You have authorised the connection. This page updates by itself; if you close it, the registration goes on.",
    },
    code: {
      title: "Enter the code you received",
      text: "WhatsApp sent a code to the number, by SMS or call.",
      label: "Code",
      hint: "Digits only, six as a rule.",
      send: "Send the code",
      resendBy: "Ask for another code",
      sms: "Another code by SMS",
      voice: "Another code by call",
    },
    connected: {
      title: "Your number is connected",
      text: "The number is online on WhatsApp. You can close this page.",
      receiving: "You can now receive and send WhatsApp messages. You can close this page.",
    },
    disconnected: {
      title: "The number is disconnected",
      text: "To connect it again, press “Connect WhatsApp” in your account.",
    },
    replaced: {
      title: "This registration was replaced",
      text: "The number was connected later by another link. See it in your account.",
    },
    awaited: {
      customer: "One step is yours.",
      operator: "Our team has to solve this. There is nothing for you to do.",
      twilio: "We are registering the number on WhatsApp.",
      meta: "We are waiting for WhatsApp, which reviews the account.",
    },
    usually: "Usually takes",
    reference: "For support",
    steps: {
      authorised: "Authorised on Facebook",
      subaccount: "Account prepared",
      sender: "Number registered",
      online: "Number online",
    },
    retryingUntil: "We keep trying until:",
    retry: "Try again",
    browser: {
      onward: "Continue",
      connectAgain: "Connect again",
      connectThere: "Close this tab and connect again",
      states: { done: "done", current: "under way", open: "to come", failed: "with a problem" },
      codeMissing: "Enter the whole code: digits only, six as a rule.",
      sending: "Sending…",
      sent: "Code sent. We are checking it.",
      requested: "We asked for a new code. It may take a minute.",
      offline: "We could not reach the server. Check your connection and try again.",
      leaving: "We will take you back in a few seconds.",
    },
  },
  browser: {
    numberFirst:
      "Facebook asks for a number first: choose to enter a new phone number and type {number}. Do not choose a virtual number (+1 555) or a test number.",
    numberHere: "the one you enter here",
    starting: "Preparing the connection…",
    finishing: "Saving the connection. Do not close this page.",
    closeWindow: "You can close the Facebook window now.",
    noWindow:
      "No Facebook window? Press “Open the window again”. If it does not open, use another browser.",
    otherBrowser: "Use another browser",
    leaving: "Taking you to the next page…",
    waiting: {
      title: "Continue in the Facebook window",
      text: "This page moves on by itself when you finish there. Do not close it.",
    },
    confirm: {
      title: "All set",
      text: "Press the button to open the Facebook window.",
      button: "Open Facebook",
    },
    relayed: {
      is: "The code for Facebook is",
      several: "More than one code has come. Use the one that came when you asked Facebook for it:",
      from: "from",
      copy: "Copy the code",
      copied: "Code copied",
    },
    reopen: "Open the window again",
    tryAgain: "Try again",
    change: "Change the number or the name",
    back: "Go back without connecting",
    closeTab: { label: "Close this tab", byHand: "You can close this tab now." },
    copyLink: "Copy the link",
    copied: "Link copied. Paste it into your browser.",
    shared: "Link copied. Paste it into a message.",
    copyByHand: "Press and hold the link to copy it.",
    continueHere: "Continue here anyway",
    reference: "For support",
    metaSays: "Facebook reports",
    numbers: { expected: "Number of this link", given: "Number that you chose" },
    fields: {
      numberMissing: "Enter the number.",
      numberInvalid:
        "Enter the whole number: digits only, without the country code or whole with +, and the right country.",
      nameMissing: "Enter the name.",
      nameInvalid: "This name cannot be used. Enter another.",
      fullNumber: "Whole number",
      countryDoubt:
        "The number does not look like one of this country: {country}. Check that it is the right one.",
      nameDoubts: {
        short: "WhatsApp tends to reject names of fewer than three letters.",
        address: "WhatsApp takes no web addresses in the name.",
        emoji: "WhatsApp takes no emojis in the name.",
        meta: "WhatsApp takes no “WhatsApp”, “Facebook”, “Instagram” or “Meta” in the name.",
        capitals: "WhatsApp takes no names all in capitals, but for acronyms.",
      },
    },
    notices: {
      popupBlocked: {
        title: "The browser blocked the window",
        text: "Allow pop-ups for this page, if your browser offers that, and try again. Or copy the link and open it in another browser.",
      },
      popupClosed: {
        title: "The window closed before the end",
        text: "We received no result from Facebook. Try again and go on to the last screen. If it happens again, use another browser.",
      },
      sdkMissing: {
        title: "Facebook could not be loaded",
        text: "Check your connection. If you use an ad or tracking blocker, switch it off for this page.",
      },
      noCookies: {
        title: "Cookies are switched off",
        text: "This page needs its cookie to know your browser again. Allow cookies for this page in the browser's settings, then try again.",
      },
      unfinished: {
        title: "Facebook's result is missing",
        text: "Facebook finished, but did not tell us which WhatsApp account you chose. Try again and choose the same account.",
      },
      cancelled: {
        title: "The connection was left unfinished",
        text: "You closed the Facebook window before the end. Nothing changed; pick it up again whenever you like.",
      },
      failed: {
        title: "Facebook could not complete the connection",
        text: "Nothing has changed yet. You can try again.",
      },
      offline: {
        title: "No connection",
        text: "We could not reach the server. Check your connection and try again.",
      },
      notHandedOver: {
        title: "Your authorisation is safe, but has not arrived yet",
        text: "We could not reach the server. There is nothing to repeat at Facebook: try again when you have a connection.",
      },
      inAppBrowser: {
        title: "Open this link in your browser",
        text: "You are inside another app, where Facebook's window does not work. Copy the link and open it in Safari, Chrome or another browser.",
      },
    },
    steps: {
      BUSINESS_ACCOUNT_SELECTION:
        "You stopped at choosing the business. If it is not listed, ask whoever manages it on Facebook for access.",
      WABA_PHONE_PROFILE_PICKER:
        "You stopped at choosing the WhatsApp account. You can use an existing one or create another.",
      WHATSAPP_BUSINESS_PROFILE_SETUP:
        "You stopped at the details of the business. Use the name your customers know you by.",
      PHONE_NUMBER_SETUP: "You stopped at the number. It must not be in use on WhatsApp.",
      PHONE_NUMBER_VERIFICATION: "You stopped at the code. If no SMS comes, ask for the call.",
      PERMISSIONS: "You stopped at the permissions. Without them we cannot connect the number.",
    },
    advice: {
      numberInUse:
        "The number is on WhatsApp already. Delete the account in the app and wait three minutes, or switch off two-step verification at your former provider.",
      accountElsewhere:
        "The WhatsApp Business account is connected to another provider. Choose or create another, or remove that provider first.",
      alreadyLinked: "That account is connected already. Choose the existing connection.",
      accountLimit:
        "Your business has reached the limit of WhatsApp accounts. Use an existing one or verify your business on Facebook.",
      codeMissing: "The code did not arrive. Ask for the call instead of the SMS.",
      codeWrong: "The code is not valid. Ask for a new one.",
      tooManyCodes: "Too many codes were requested. Wait about twelve hours.",
      twoFactor: "Switch on two-factor authentication for your business on Facebook.",
      wait: "Facebook asks you to wait. Try again later.",
      businessApp: "This number cannot be used this way. Use another number or contact us.",
    },
  },
} as const satisfies PageTexts;
