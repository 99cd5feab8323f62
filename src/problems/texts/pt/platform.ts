import type { PLATFORM_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const platform = {
  number_not_assigned: {
    title: "Número não atribuído",
    detail: "O número pertence ao serviço e não está atribuído a esta conta.",
    action: "Se for do cliente, atribua-o com “npm run ops -- assign” e tente novamente.",
  },
  sender_has_other_waba: {
    title: "Número registrado com outra conta",
    detail: "O número já está registrado com outra conta do WhatsApp Business.",
    action:
      "Verifique esse remetente na subconta; se não for necessário, apague-o e tente novamente.",
  },
  subaccount_has_other_waba: {
    title: "Conta em uso",
    detail: "A conta preparada para o número está vinculada a outra conta do WhatsApp Business.",
    action: "Verifique os remetentes da subconta, apague os que sobram e tente novamente.",
  },
  sender_action_unsupported: {
    title: "Ação não aceita",
    detail: "A ação não é aceita para este número.",
    action: "Verifique o remetente no console da Twilio e consulte o suporte da Twilio.",
  },
  sender_number_refused: {
    title: "Número recusado",
    detail: "Este número não é aceito para o WhatsApp.",
    action:
      "Verifique na Twilio o número e seu tipo; se estiverem certos, consulte o suporte da Twilio.",
  },
  sender_migrated: {
    title: "Número migrado",
    detail: "O número foi migrado para uma conta fora deste serviço.",
    action: "Descubra na Twilio onde o número está agora e peça que ele volte, ou desconecte-o.",
  },
  sender_vanished: {
    title: "Registro não encontrado",
    detail: "O registro do número não existe mais.",
    action: "Descubra quem o apagou; “retry” registra o número de novo.",
  },
  subaccount_suspended: {
    title: "Conta suspensa",
    detail: "A conta preparada para o número está suspensa.",
    action: "Ative a subconta no console da Twilio e tente novamente.",
  },
  subaccount_limit_reached: {
    title: "Não cabem mais contas",
    detail: "O serviço atingiu seu limite de contas.",
    action: "Peça à Twilio um limite maior ou feche subcontas sem uso e tente novamente.",
  },
  twilio_credentials_rejected: {
    title: "Registro interrompido",
    detail: "Não conseguimos entrar na conta com que registramos os números.",
    action:
      "A Twilio recusou as credenciais: verifique TWILIO_ACCOUNT_SID e TWILIO_AUTH_TOKEN com “npm run doctor”.",
  },
  twilio_account_inactive: {
    title: "Conta do serviço inativa",
    detail: "A conta do serviço está suspensa ou encerrada, ou não tem uma permissão.",
    action: "Verifique o estado da conta no console da Twilio e tente novamente.",
  },
  twilio_resource_missing: {
    title: "Falta uma parte do registro",
    detail: "Não se encontra algo de que o registro precisa.",
    action: "Verifique a subconta e o remetente no console da Twilio e tente novamente.",
  },
  twilio_request_refused: {
    title: "Registro recusado",
    detail: "O registro do número foi recusado.",
    action:
      "Procure o código do provedor na lista de erros da Twilio, corrija a causa e tente novamente.",
  },
  registration_deadline_exceeded: {
    title: "O registro demorou demais",
    detail: "O registro não terminou dentro do prazo permitido.",
    action: "Veja no histórico o que se aguardava, resolva e tente novamente.",
  },
  display_name_change_in_progress: {
    title: "Nome em análise",
    detail: "O WhatsApp ainda processa uma mudança anterior do nome.",
    action: "Não é preciso fazer nada: o serviço tenta de novo sozinho.",
  },
  twilio_rate_limited: {
    title: "O registro está mais lento",
    detail: "No momento os números são registrados mais devagar.",
    action:
      "Aguarde: a Twilio pediu menos solicitações, e o serviço tenta de novo sozinho. Um código que acabou de ser digitado precisa ser digitado outra vez.",
  },
  twilio_unavailable: {
    title: "O registro não responde no momento",
    detail: "O serviço com que registramos os números não responde no momento.",
    action:
      "Aguarde: o serviço chama a Twilio de novo sozinho. Um código que acabou de ser digitado precisa ser digitado outra vez.",
  },
} as const satisfies Record<keyof typeof PLATFORM_PROBLEMS, ProblemText>;
