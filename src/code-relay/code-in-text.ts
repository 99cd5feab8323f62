/** Six digits in one piece or as `123-456`, standing alone: no part of a number, price or hashtag. */
const JOINED = /(?<![\p{L}\p{N}+#$€*.,/_-])(\d{3})-?(\d{3})(?![\p{L}\p{N}/_]|[-.,]\d)/gu;
/** `123 456`, with no further digits beside it. */
const SPACED = /(?<![\p{L}\p{N}+#$€*.,/_-]|\d )(\d{3}) (\d{3})(?![\p{L}\p{N}/_]| \d|[-.,]\d)/gu;
const BRAND = /whats ?app/iu;
/** "Code" and its kin in the languages of the service and some of their neighbours. */
const CODE_WORD =
  /\b(?:code|passcode|c[oó]digos?|codi|codice|kode|kod|kodu|koodi|codul|otp|pin)\b|код|رمز|كود|קוד|代码|验证码|コード|코드|कोड/iu;
/** What one does with a code, where the message calls it nothing. */
const VERIFYING = /\b(?:verify|verificar|confirm|confirmar)\b/iu;
/** How Facebook, in whose window the number is asked for, words its own. */
const FACEBOOK =
  /facebook (?:confirmation|verification) code|c[oó]digo de (?:confirma|verifica)\S+ (?:de|do) facebook/iu;
const BRAND_WORDS = new Set(["whatsapp", "whats", "app", "business"]);
/** No known form has more beside the code in the sentence that tells it. */
const WORDS_MAX = 9;
const LONGEST_TEXT = 320;

/**
 * The code in a message as WhatsApp words it, six digits without their hyphen: one sentence, in any
 * language, names WhatsApp, the code and either a word for code, or what it is for, or nothing else,
 * or has the hyphen. Facebook's own wording in es, pt and en counts too. Anything that carries other
 * numbers, but for a short one like the minutes it is valid, or two different codes is somebody
 * else's message. Anybody can write such a sentence: who reads it is told who sent it.
 */
export function codeInMessage(message: string): string | undefined {
  if (message.length > LONGEST_TEXT) return undefined;
  const text = cleaned(message);
  const { code, rest } = find(text);
  if (code === undefined) return undefined;
  const others = rest.match(/\d+/g) ?? [];
  const isTold = text.split(SENTENCE_END).some((sentence) => tells(sentence, others.length > 0));
  return isTold && others.every((digits) => digits.length <= 2) ? code : undefined;
}

const SENTENCE_END = /[.!?。]+(?=\s|$)|\n/u;

/** Beside other numbers, only a word for it makes six digits a code. */
function tells(sentence: string, hasOtherNumbers: boolean): boolean {
  const { code, rest, isHyphenated } = find(sentence);
  if (code === undefined) return false;
  const words = rest.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length > WORDS_MAX) return false;
  if (FACEBOOK.test(rest.replace(/\s+/g, " "))) return true;
  if (!BRAND.test(rest)) return false;
  if (CODE_WORD.test(rest)) return true;
  if (hasOtherNumbers) return false;
  return isHyphenated || VERIFYING.test(rest) || words.every((word) => BRAND_WORDS.has(word));
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
    .replace(/[^\S\n]+/g, " ")
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
