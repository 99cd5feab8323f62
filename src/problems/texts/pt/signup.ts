import type { SIGNUP_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const signup = {
  signup_cancelled: {
    title: "Conexão cancelada",
    detail: "A janela do Facebook foi fechada antes do fim da conexão.",
    action: "Toque em “Conectar WhatsApp” de novo e siga até a última tela.",
  },
  signup_failed: {
    title: "Conexão não concluída",
    detail: "O Facebook não conseguiu concluir a conexão.",
    action:
      "Siga as orientações da janela do Facebook e tente novamente. Se falhar outra vez, fale com o suporte.",
  },
  waba_proof_missing: {
    title: "Falta a confirmação do Facebook",
    detail: "O Facebook não confirmou quem administra a conta do WhatsApp Business.",
    action: "Recomece na mesma página e conclua todas as etapas na janela do Facebook.",
  },
  browser_mismatch: {
    title: "Outro navegador",
    detail: "A conexão foi iniciada em outro navegador.",
    action: "Continue no navegador em que ela foi iniciada ou peça um novo link.",
  },
  waba_not_authorised: {
    title: "Conta não autorizada",
    detail: "A permissão dada no Facebook não inclui esta conta do WhatsApp Business.",
    action: "Recomece e escolha, na janela do Facebook, a conta que deve ser conectada.",
  },
  session_unknown: {
    title: "Link inválido",
    detail: "Este link de conexão não existe ou está incompleto.",
    action: "Abra o link completo ou peça um novo.",
  },
  session_used: {
    title: "Link já utilizado",
    detail: "Já foi feita uma conexão com este link.",
    action: "Consulte o estado da conexão ou peça um novo link para outro número.",
  },
  session_in_use: {
    title: "Link em uso",
    detail: "Este link já está em uso em outro navegador.",
    action: "Continue naquele navegador ou peça a quem enviou o link que o libere.",
  },
  phone_number_mismatch: {
    title: "Número diferente",
    detail: "O número escolhido no Facebook não é o deste link.",
    action: "Recomece com o número indicado ou peça um link para o outro número.",
  },
  coexistence_unsupported: {
    title: "Aplicativo WhatsApp Business não aceito",
    detail: "Não é possível conectar um número que continua no aplicativo WhatsApp Business.",
    action:
      "Use outro número, ou apague a conta no aplicativo e recomece sem a opção do aplicativo.",
  },
  number_already_linked: {
    title: "Número já conectado",
    detail: "Este número já está conectado a outra conta do WhatsApp Business.",
    action: "Desconecte o número primeiro e depois conecte-o com a outra conta.",
    operator: {
      detail: "Este número já está conectado, mas não por este serviço.",
      action: "Incorpore-o com “npm run ops -- import-legacy” e peça ao cliente que tente de novo.",
    },
  },
  session_expired: {
    title: "Link expirado",
    detail: "O prazo para usar este link terminou.",
    action: "Peça um novo link.",
  },
  session_revoked: {
    title: "Link cancelado",
    detail: "Quem enviou este link o cancelou.",
    action: "Peça um novo link.",
  },
  session_ended: {
    title: "Cadastro encerrado",
    detail: "Este cadastro já terminou; nada mais dele é guardado.",
    action: "Veja na sua conta como está o número.",
  },
  meta_unavailable: {
    title: "O Facebook não responde",
    detail: "O Facebook não respondeu a tempo para confirmar a conexão.",
    action: "Tente novamente em alguns minutos.",
  },
  meta_app_rejected: {
    title: "Conexão com o Facebook recusada",
    detail: "O Facebook não aceitou o aplicativo deste serviço. Não é por nada que você fez.",
    action:
      "Verifique META_APP_ID, META_APP_SECRET e META_GRAPH_VERSION com “npm run doctor” e a mensagem da Meta no log; depois o cliente recomeça.",
  },
} as const satisfies Record<keyof typeof SIGNUP_PROBLEMS, ProblemText>;
