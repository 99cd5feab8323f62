/** Six digits in one piece or as `123-456`, standing alone: no part of a number, price or hashtag. */
const JOINED = /(?<![\p{L}\p{N}+#$€*.,/_-])(\d{3})-?(\d{3})(?![\p{L}\p{N}/_]|[-.,]\d)/gu;
/** `123 456`, with no further digits beside it. */
const SPACED = /(?<![\p{L}\p{N}+#$€*.,/_-]|\d )(\d{3}) (\d{3})(?![\p{L}\p{N}/_]| \d|[-.,]\d)/gu;
const BRAND = /whats\s?app|facebook|\bmeta\b/iu;
/** "Code" and its kin in the languages of the service and some of their neighbours. */
const CODE_WORD =
  /\b(?:code|passcode|c[oó]digos?|codi|codice|kode|kod|kodu|koodi|codul|otp|pin)\b|код|رمز|كود|קוד|代码|验证码|コード|코드|कोड/iu;
/** With nothing of these and no brand, the message is somebody else's. */
const BARE_WORDS = new Set(
  "a and code codigo código confirmation confirmacion confirmación confirmação de do e el es é is o of seu su the this tu um un verification verificacion verificación verificação verificacao your".split(
    " ",
  ),
);
/** What one does with a code, where the message calls it nothing. */
const VERIFYING = /\b(?:verify|verificar|confirm|confirmar)\b/iu;
const BRAND_WORDS = new Set(["whatsapp", "business", "facebook", "meta"]);
const LONGEST_TEXT = 320;

/**
 * The code in a message as Meta sends it, six digits without their hyphen: "Your WhatsApp code is
 * 123-456", "123456 is your Facebook confirmation code", in any language as far as it names the brand
 * and either a word for code, or what it is for, or nothing else, or has the hyphen; or a message that
 * is the code and nothing more. Anything that carries other numbers, but for a short one like the minutes it is valid, or two different
 * codes is somebody else's message.
 */
export function codeInMessage(message: string): string | undefined {
  if (message.length > LONGEST_TEXT) return undefined;
  const text = cleaned(message);
  const { code, rest, isHyphenated } = find(text);
  if (code === undefined) return undefined;
  const others = rest.match(/\d+/g) ?? [];
  const hasWord = CODE_WORD.test(rest);
  const words = rest.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (BRAND.test(rest)) {
    const isMeant = hasWord || isHyphenated || VERIFYING.test(rest);
    const isAlone = words.every((word) => BRAND_WORDS.has(word));
    if (others.length === 0) return isMeant || isAlone ? code : undefined;
    return hasWord && others.every((digits) => digits.length <= 2) ? code : undefined;
  }
  return words.every((word) => BARE_WORDS.has(word)) ? code : undefined;
}

/**
 * One form for what looks the same, without bold type and Facebook's prefix; links and what is no
 * word, such as an app's hash, go.
 */
function cleaned(message: string): string {
  return message
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/\s+/g, " ")
    .replace(/\*(\d{3}[- ]?\d{3})\*/g, "$1")
    .replace(/(?<![\w-])FB-(?=\d{6}(?!\d))/g, "")
    .replace(/(?:https?:\/\/|www\.|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\/)\S*/gi, " ")
    .replace(/(?<![^\s])(?=\S*\p{L})(?=\S*\d)[\p{L}\d+/=]{9,}(?![^\s])/gu, " ");
}

function find(text: string): { code?: string; rest: string; isHyphenated: boolean } {
  const codes = new Set<string>();
  let isHyphenated = false;
  const take = (match: string, first: string, second: string) => {
    codes.add(`${first}${second}`);
    isHyphenated ||= match.includes("-");
    return " ";
  };
  const rest = text.replace(JOINED, take).replace(SPACED, take);
  const [code] = codes;
  return { ...(codes.size === 1 && code ? { code } : {}), rest, isHyphenated };
}

const SPOKEN: Record<string, string> = Object.fromEntries(
  [
    ["zero", "cero"],
    ["one", "uno", "una", "um", "uma"],
    ["two", "dos", "dois", "duas"],
    ["three", "tres", "três"],
    ["four", "cuatro", "quatro"],
    ["five", "cinco"],
    ["six", "seis", "meia"],
    ["seven", "siete", "sete"],
    ["eight", "ocho", "oito"],
    ["nine", "nueve", "nove"],
  ].flatMap((words, digit) => words.map((word) => [word, String(digit)])),
);

/**
 * The code that a voice reads out, from what speech recognition made of it: digits and spoken digits
 * in es, pt and en, one after the other, often said twice or more.
 */
export function codeInSpeech(speech: string): string | undefined {
  const words = speech.toLowerCase().match(/\d+|\p{L}+/gu) ?? [];
  const runs = words
    .map((word) => (/^\d+$/.test(word) ? word : (SPOKEN[word] ?? " ")))
    .join("")
    .split(/ +/)
    .filter((run) => run.length >= CODE_LENGTH)
    .map((run) => run.match(/.{1,6}/g) ?? []);
  const codes = new Set(runs.flat());
  const [code] = codes;
  return codes.size === 1 && code?.length === CODE_LENGTH ? code : undefined;
}

const CODE_LENGTH = 6;
