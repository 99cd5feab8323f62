import type { PLATFORM_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const platform = {
  number_not_assigned: {
    title: "Número não atribuído",
    detail: "O número pertence à conta da Twilio do serviço e não está atribuído a este cliente.",
    action: "Se for do cliente, atribua-o com “npm run ops -- assign” e tente novamente.",
  },
  sender_has_other_waba: {
    title: "Número registrado com outra conta",
    detail: "O número já está registrado na Twilio com outra conta do WhatsApp Business.",
    action:
      "Verifique esse remetente na subconta; se não for necessário, apague-o e tente novamente.",
  },
  subaccount_has_other_waba: {
    title: "Subconta em uso",
    detail: "A subconta da Twilio está vinculada a outra conta do WhatsApp Business.",
    action: "Verifique os remetentes da subconta, apague os que sobram e tente novamente.",
  },
  sender_action_unsupported: {
    title: "Ação não aceita",
    detail: "A Twilio não aceita a ação para este remetente.",
    action: "Verifique o remetente no console da Twilio e consulte o suporte da Twilio.",
  },
  sender_number_refused: {
    title: "Número recusado",
    detail: "A Twilio não aceita este número como remetente do WhatsApp.",
    action:
      "Verifique na Twilio o número e seu tipo; se estiverem certos, consulte o suporte da Twilio.",
  },
  sender_migrated: {
    title: "Remetente migrado",
    detail: "O remetente foi migrado para outra conta da Twilio.",
    action: "Descubra na Twilio onde o número está agora e peça que ele volte, ou desconecte-o.",
  },
  sender_vanished: {
    title: "Remetente não encontrado",
    detail: "O remetente não existe mais na Twilio.",
    action: "Descubra quem o apagou; “retry” registra o número de novo.",
  },
  subaccount_suspended: {
    title: "Subconta suspensa",
    detail: "A subconta da Twilio do cliente está suspensa.",
    action: "Ative a subconta no console da Twilio e tente novamente.",
  },
  subaccount_limit_reached: {
    title: "Não cabem mais subcontas",
    detail: "A conta da Twilio atingiu seu limite de subcontas.",
    action: "Peça à Twilio um limite maior ou feche subcontas sem uso e tente novamente.",
  },
  twilio_credentials_rejected: {
    title: "Credenciais recusadas",
    detail: "A Twilio recusou as credenciais do serviço.",
    action: "Verifique TWILIO_ACCOUNT_SID e TWILIO_AUTH_TOKEN com “npm run doctor”.",
  },
  twilio_account_inactive: {
    title: "Conta da Twilio inativa",
    detail: "A conta da Twilio está suspensa ou encerrada, ou não tem uma permissão.",
    action: "Verifique o estado da conta no console da Twilio e tente novamente.",
  },
  twilio_resource_missing: {
    title: "Não encontrado na Twilio",
    detail: "A Twilio não conhece um recurso de que o registro precisa.",
    action: "Verifique a subconta e o remetente no console da Twilio e tente novamente.",
  },
  twilio_request_refused: {
    title: "Recusado pela Twilio",
    detail: "A Twilio recusou o registro do número.",
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
    title: "A Twilio está ocupada",
    detail: "A Twilio pediu ao serviço que envie menos solicitações.",
    action:
      "Aguarde: o serviço tenta de novo sozinho. Um código que acabou de ser digitado precisa ser digitado outra vez.",
  },
  twilio_unavailable: {
    title: "A Twilio não responde",
    detail: "A Twilio está inacessível no momento ou responde com um erro.",
    action:
      "Aguarde: o serviço tenta de novo sozinho. Um código que acabou de ser digitado precisa ser digitado outra vez.",
  },
} as const satisfies Record<keyof typeof PLATFORM_PROBLEMS, ProblemText>;
