import { describe, expect, test } from "@jest/globals";
import { ProblemError } from "../../../src/problems/problem-error.ts";
import { describeProblem, renderProblem } from "../../../src/problems/render.ts";

const INSTANCE = "req-7f3a";
const ORIGIN = "https://connect.example.com";

describe("renderProblem", () => {
  test("gives the whole body of a problem, the detail repeated for older clients", () => {
    const error = new ProblemError("partner_solution_id_not_configured");

    expect(renderProblem(error, { locale: "es", instance: INSTANCE, publicUrl: ORIGIN })).toEqual({
      type: "https://connect.example.com/problems/partner_solution_id_not_configured",
      title: "Todavía no se puede conectar",
      status: 503,
      detail: "Partner Solution ID no configurado",
      instance: INSTANCE,
      code: "partner_solution_id_not_configured",
      actor: "operator",
      action:
        "Define TWILIO_PARTNER_SOLUTION_ID (Meta App Dashboard, WhatsApp, Partner Solutions) y reinicia el servicio.",
      customerAction: "Nuestro equipo tiene que resolver esto. No tienes que hacer nada.",
      retryable: false,
      success: false,
      error: "Partner Solution ID no configurado",
    });
  });

  test("lists the issues of invalid input, and has no such key elsewhere", () => {
    const issues = [{ path: "phoneNumber", code: "invalid_phone_number", message: "Not E.164." }];
    const error = new ProblemError("invalid_request", { issues });

    expect(renderProblem(error, { locale: "en", instance: INSTANCE, publicUrl: ORIGIN })).toEqual({
      type: "https://connect.example.com/problems/invalid_request",
      title: "Invalid request",
      status: 400,
      detail: "A value in the request is missing or not valid.",
      instance: INSTANCE,
      code: "invalid_request",
      actor: "caller",
      action: "Correct what “issues” names and send the request again.",
      customerAction: "Reload the page. If that does not help, tell support.",
      retryable: false,
      issues,
      success: false,
      error: "A value in the request is missing or not valid.",
    });
    expect(
      renderProblem(new ProblemError("busy"), {
        locale: "en",
        instance: INSTANCE,
        publicUrl: ORIGIN,
      }),
    ).not.toHaveProperty("issues");
  });

  test("keeps message, cause, provider code, delay and stack inside", () => {
    const error = new ProblemError("meta_unavailable", {
      message: "secret message",
      cause: new Error("secret cause"),
      providerCode: "secret code",
      retryAfterSeconds: 424_242,
    });

    const body = JSON.stringify(
      renderProblem(error, { locale: "pt", instance: INSTANCE, publicUrl: ORIGIN }),
    );

    expect(body).toContain("O Facebook não responde");
    expect(body).not.toMatch(/secret|424242|render\.test/);
  });
});

describe("describeProblem", () => {
  test.each(["es", "pt", "en"] as const)(
    "says to the operator, in %s, what the operator can do about what else is the customer's",
    (locale) => {
      for (const code of ["number_linked_elsewhere", "waba_linked_elsewhere"] as const) {
        const usual = describeProblem(code, locale);
        const operators = describeProblem(code, locale, "operator");
        expect(operators).toMatchObject({ actor: "operator", title: usual.title });
        expect(operators.action).toContain("hand-over");
        expect(usual.action).not.toContain("hand-over");
        expect(operators.detail).not.toBe(usual.detail);
      }
    },
  );

  test("gives what an integration shows of its error", () => {
    expect(describeProblem("twilio_rate_limited", "pt")).toEqual({
      code: "twilio_rate_limited",
      title: "O registro está mais lento",
      detail: "No momento os números são registrados mais devagar.",
      actor: "twilio",
      action:
        "Aguarde: a Twilio pediu menos solicitações, e o serviço tenta de novo sozinho. Um código que acabou de ser digitado precisa ser digitado outra vez.",
      customerAction: "Espere um minuto e tente de novo.",
      retryable: true,
    });
  });
});

describe("ProblemError", () => {
  test("carries what it was given", () => {
    const cause = new Error("connect ECONNREFUSED");
    const issues = [{ path: "", code: "x", message: "y" }];
    const error = new ProblemError("twilio_unavailable", {
      cause,
      issues,
      retryAfterSeconds: 3,
      providerCode: "20503",
      message: "Twilio answered 503",
    });

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "ProblemError",
      code: "twilio_unavailable",
      issues,
      retryAfterSeconds: 3,
      providerCode: "20503",
    });
    expect(error.message).toBe("Twilio answered 503");
    expect(error.cause).toBe(cause);
  });

  test("has its code for a message and no empty properties where nothing else is known", () => {
    const error = new ProblemError("busy");

    expect(error.message).toBe("busy");
    expect(Object.hasOwn(error, "cause")).toBe(false);
    expect(Object.keys(error).toSorted()).toEqual(["code", "name"]);
  });
});
