import { describe, expect, test } from "@jest/globals";
import { codeInMessage, codeInSpeech } from "../../../src/code-relay/code-in-text.ts";

const CODE = "123456";

describe("codeInMessage takes", () => {
  test.each([
    "Your WhatsApp code is 123-456. Don't share it with anyone.",
    "Your WhatsApp code: 123-456\nYou can also tap on this link to verify your phone: v.whatsapp.com/123456\nDon't share this code with others\n4sgLq1p5sV6",
    "<#> Your WhatsApp Business code: 123-456\nDon't share this code with others\nrJbA/XP1K+V",
    "Tu código de WhatsApp es 123-456. No lo compartas con nadie.",
    "Tu codigo de WhatsApp Business: 123-456",
    "<#> Seu código do WhatsApp: 123-456\nNão compartilhe este código com outras pessoas\n4sgLq1p5sV6",
    "123456 is your Facebook confirmation code",
    "123456 es tu código de confirmación de Facebook",
    "123456 é o seu código de confirmação do Facebook",
    "Your WhatsApp code is 123456. It expires in 10 minutes.",
    "Your WhatsApp account is being registered on a new device\n\nDo not share this code with anyone\n\nYour WhatsApp code: 123-456",
    "123-456 es tu código de verificación de WhatsApp Business",
    "O código do WhatsApp Business é 123-456. Não o compartilhe.",
    "Votre code WhatsApp : 123-456",
    "Kode WhatsApp Anda: 123-456",
    "Ваш код WhatsApp: 123-456",
    "WhatsApp 验证码：123-456",
    "رمز WhatsApp الخاص بك: 123-456",
    "Whats App 123-456",
    "Use 123456 to verify your WhatsApp Business account.",
    "WhatsApp Business: 123456",
    "Your WhatsApp Business code is *123-456*",
    "FB-123456 is your Facebook confirmation code",
    "\u202a123\u2011456\u202c es tu código de WhatsApp",
    "Tu co\u0301digo de WhatsApp: １２３-４５６",
  ])("%j", (message) => {
    expect(codeInMessage(message)).toBe(CODE);
  });
});

describe("codeInMessage leaves", () => {
  test.each([
    "",
    "Hola, ¿están abiertos?",
    "123456",
    "123-456",
    " 123 456. ",
    "<#> 123-456",
    "Código: 123456",
    "Your verification code is 123-456",
    "Meta: 123456 is your verification code",
    "Use 123 456 as your Meta code",
    "Your Facebook code is 123456. It expires in 10 minutes.",
    "Compra por WhatsApp. Usa el código 123-456",
    "Write to us on WhatsApp\nYour code is 123-456",
    "Sunday only: order with us on WhatsApp and enter the code 123-456 before noon",
    "Your Google code is 123456",
    "G-123456 is your Google verification code",
    "Banco Sol: su código es 123456",
    "Mi pedido es 123456",
    "Order 123456 via WhatsApp",
    "Pedido 123456 confirmado por WhatsApp",
    "Escríbeme por WhatsApp al +5511987654321",
    "WhatsApp: 5511 987 654 321",
    "Call us on WhatsApp: 123-456-7890",
    "WhatsApp code: 1234567",
    "WhatsApp code: 12345",
    "WhatsApp code: 12-3456",
    "WhatsApp code 123-456 or 654-321",
    "Your WhatsApp code is 123-456, invoice 5550001",
    "WhatsApp: total $123456 with the code SOL",
    "WhatsApp: the code costs 123456.50",
    "WhatsApp code a123456",
    "WhatsApp code #123456",
    "https://v.whatsapp.com/123456",
    "metal code 123456",
    `Your WhatsApp code is 123-456. ${"x".repeat(320)}`,
  ])("%j", (message) => {
    expect(codeInMessage(message)).toBeUndefined();
  });
});

describe("codeInSpeech takes", () => {
  test.each([
    "Your verification code is 1 2 3 4 5 6. Once again, your code is 1 2 3 4 5 6.",
    "Your code is 123456",
    "your code is one two three four five six goodbye",
    "Tu código es uno dos tres cuatro cinco seis. Repito: 1, 2, 3, 4, 5, 6.",
    "Seu código é um dois três quatro cinco meia",
    "123 456, 123 456",
    "123-456",
  ])("%j", (speech) => {
    expect(codeInSpeech(speech)).toBe(CODE);
  });
});

describe("codeInSpeech leaves", () => {
  test.each([
    "",
    "Hello?",
    "one two three",
    "1234567",
    "123 456 and 654 321",
    "call 5511987654321",
  ])("%j", (speech) => {
    expect(codeInSpeech(speech)).toBeUndefined();
  });
});
