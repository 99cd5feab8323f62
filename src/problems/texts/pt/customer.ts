import type { CUSTOMER_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const customer = {
  display_name_missing: {
    title: "Falta o nome",
    detail: "O WhatsApp precisa do nome que os clientes verão, e nenhum foi informado.",
    action: "Informe o nome da empresa e tente novamente.",
  },
  display_name_rejected: {
    title: "Nome não aceito",
    detail: "O WhatsApp não aceitou o nome da empresa.",
    action:
      "Escolha um nome claramente ligado à empresa e dentro das regras do WhatsApp e tente novamente.",
  },
  number_linked_elsewhere: {
    title: "Número conectado a outra conta",
    detail: "Este número já está conectado a outra conta deste serviço.",
    action: "Desconecte-o na outra conta e depois tente aqui de novo, ou use outro número.",
    operator: {
      detail:
        "Outra conta deste serviço tem este número, e não é certo a qual das duas ele pertence.",
      action:
        "Descubra de quem é o número. “npm run ops -- hand-over” o dá a esta conta; quando a outra está desconectada, “retry” continua.",
    },
  },
  waba_linked_elsewhere: {
    title: "Conta do WhatsApp conectada em outro lugar",
    detail: "Esta conta do WhatsApp Business já é usada em outra conta deste serviço.",
    action:
      "Desconecte-a de lá e depois tente aqui de novo, ou conecte uma nova conta do WhatsApp Business.",
    operator: {
      detail:
        "Outra conta deste serviço tem esta conta do WhatsApp Business, e não é certo de quem ela é.",
      action:
        "Descubra de quem ela é. “npm run ops -- hand-over” a dá a esta conta; quando a outra está desconectada, “retry” continua.",
    },
  },
  waba_not_shared: {
    title: "Conta do WhatsApp não compartilhada",
    detail: "Não temos acesso à conta do WhatsApp Business, ou outro provedor tem.",
    action:
      "Conecte de novo e conclua todas as etapas; se acontecer outra vez, crie nelas uma nova conta.",
  },
  credit_line_conflict: {
    title: "Outro meio de pagamento",
    detail: "A conta do WhatsApp Business já tem um cartão ou o crédito de outro provedor.",
    action: "Conecte de novo e crie uma nova conta do WhatsApp Business, sem cartão.",
  },
  waba_number_limit: {
    title: "Não cabem mais números",
    detail: "A conta do WhatsApp Business atingiu seu limite de números.",
    action:
      "Remova um número sem uso ou peça ao suporte do WhatsApp um limite maior e tente novamente.",
  },
  number_already_on_whatsapp: {
    title: "Número já registrado no WhatsApp",
    detail: "Este número está em uso no WhatsApp ou em outro provedor.",
    action:
      "Apague a conta no aplicativo do celular e aguarde cerca de 3 minutos, ou desative a confirmação em duas etapas no outro provedor; depois tente novamente.",
  },
  two_step_verification_on: {
    title: "Confirmação em duas etapas ativada",
    detail:
      "O número já esteve registrado, e o WhatsApp ainda o protege com a confirmação em duas etapas.",
    action:
      "Desative a confirmação em duas etapas do número no Gerenciador do WhatsApp e depois tente de novo.",
  },
  waba_access_lost: {
    title: "Acesso perdido",
    detail: "O número ou a conta do WhatsApp Business foi apagado ou não é mais compartilhado.",
    action: "Conecte o número de novo.",
  },
  waba_disabled: {
    title: "Conta bloqueada",
    detail:
      "O WhatsApp desativou a conta do WhatsApp Business ou aguarda a verificação da empresa.",
    action:
      "Veja os avisos na Central de Suporte para Empresas do Facebook, resolva-os e tente novamente.",
  },
  number_not_verifiable: {
    title: "Não foi possível verificar o número",
    detail: "O WhatsApp não conseguiu verificar este número.",
    action: "Confira se o número recebe SMS ou ligações e tente novamente.",
  },
  too_many_codes: {
    title: "Códigos demais",
    detail: "Foram pedidos ou tentados códigos de verificação demais.",
    action: "Aguarde, no máximo um dia, antes de pedir ou digitar outro código.",
  },
  code_not_received: {
    title: "Código não recebido",
    detail: "O código de verificação não chegou por SMS.",
    action: "Peça o código por ligação.",
  },
  verification_code_wrong: {
    title: "Código incorreto",
    detail: "O código de verificação está errado ou expirou.",
    action: "Digite o último código recebido ou peça um novo.",
  },
  number_moved_to_other_waba: {
    title: "Número transferido",
    detail: "O número foi transferido para outra conta do WhatsApp Business.",
    action: "Conecte o número de novo com a conta em que ele está agora.",
  },
  invitation_not_accepted: {
    title: "Convite não aceito",
    detail: "O convite para compartilhar a conta do WhatsApp Business não foi aceito.",
    action: "Aceite o convite nas configurações da empresa no Facebook e tente novamente.",
  },
  sender_offline: {
    title: "Número inativo",
    detail: "O WhatsApp informa que o número não pode enviar nem receber mensagens.",
    action: "Veja os avisos no Gerenciador do WhatsApp, resolva-os e tente novamente.",
  },
} as const satisfies Record<keyof typeof CUSTOMER_PROBLEMS, ProblemText>;
