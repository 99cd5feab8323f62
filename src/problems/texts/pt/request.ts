import type { REQUEST_PROBLEMS } from "../../catalogue.ts";
import type { ProblemText } from "../text.ts";

export const request = {
  invalid_request: {
    title: "Solicitação inválida",
    detail: "Falta um valor na solicitação ou algum não é válido.",
    action: "Corrija o que “issues” indica e envie a solicitação de novo.",
  },
  return_url_not_allowed: {
    title: "Endereço de retorno não permitido",
    detail: "O endereço de retorno não está entre os permitidos.",
    action:
      "Use em returnUrl e failureUrl uma origem permitida, ou peça a inclusão desta em ALLOWED_RETURN_ORIGINS.",
  },
  unauthenticated: {
    title: "Sem acesso",
    detail: "Não sabemos quem é você, ou seu acesso expirou.",
    action: "Entre de novo e envie a solicitação com um token válido.",
  },
  webhook_signature_invalid: {
    title: "Aviso sem assinatura válida",
    detail: "A solicitação não traz a assinatura da conta que possui o número.",
    action:
      "Compare PUBLIC_URL com o endereço que a Twilio chama, e TWILIO_AUTH_TOKEN com o token principal da conta.",
  },
  origin_not_allowed: {
    title: "Origem não permitida",
    detail: "Esta solicitação só pode ser enviada pelas páginas do próprio serviço.",
    action: "Abra o link de conexão e continue naquela página.",
  },
  not_found: {
    title: "Não encontrado",
    detail: "Não há nada neste endereço.",
    action: "Compare o endereço com a documentação da interface.",
  },
  integration_unknown: {
    title: "Integração não encontrada",
    detail: "Esta conta não tem nenhuma integração com esse identificador.",
    action: "Liste as integrações da conta e use um identificador da lista.",
  },
  method_not_allowed: {
    title: "Método não permitido",
    detail: "Este endereço não pode ser usado dessa maneira.",
    action: "Use um dos métodos HTTP indicados no cabeçalho Allow.",
  },
  not_in_state: {
    title: "Não é possível agora",
    detail: "A ação não se aplica ao estado atual.",
    action: "Consulte o estado atual e ofereça apenas o que se aplica a ele.",
  },
  busy: {
    title: "Outra etapa em andamento",
    detail: "Outra etapa está sendo executada. Tente novamente em alguns segundos.",
    action: "Envie a mesma solicitação de novo depois dos segundos indicados em Retry-After.",
  },
  erasure_under_way: {
    title: "Exclusão de dados em andamento",
    detail:
      "Os dados desta conta estão sendo excluídos; até o fim não é possível conectar nada novo.",
    action: "Veja o que falta com “npm run ops -- erase” e depois tente de novo.",
  },
  idempotency_key_in_use: {
    title: "Chave em uso por outra solicitação",
    detail: "Uma solicitação anterior com a mesma chave ainda não foi respondida.",
    action:
      "Envie a mesma solicitação com a mesma Idempotency-Key depois dos segundos indicados em Retry-After.",
  },
  idempotency_key_reused: {
    title: "Chave de outra solicitação",
    detail: "Esta chave foi enviada com outra solicitação nas últimas 24 horas.",
    action:
      "Envie uma Idempotency-Key nova com cada solicitação nova, e a mesma apenas com a mesma solicitação.",
  },
  payload_too_large: {
    title: "Solicitação grande demais",
    detail: "O corpo da solicitação é maior do que o serviço aceita.",
    action: "Envie um corpo menor.",
  },
  rate_limited: {
    title: "Solicitações demais",
    detail: "Houve solicitações demais em pouco tempo.",
    action: "Aguarde os segundos indicados em Retry-After e tente novamente.",
  },
  internal_error: {
    title: "Algo deu errado",
    detail: "O erro é nosso.",
    action: "Procure o identificador da solicitação no log: a causa está lá.",
  },
  database_unavailable: {
    title: "O serviço está indisponível no momento",
    detail: "No momento não conseguimos ler nem salvar nada.",
    action:
      "Verifique o banco de dados e a conexão com ele. A solicitação pode ser repetida mais tarde.",
  },
  database_index_conflict: {
    title: "Não conseguimos salvar a conexão",
    detail: "Algo em nosso serviço impede que ela seja salva.",
    action:
      "Um índice único que não é deste serviço recusa o documento: remova-o ou limite-o aos próprios documentos. O serviço tenta de novo sozinho a cada dez minutos.",
  },
  authentication_unavailable: {
    title: "Verificação de acesso indisponível",
    detail: "No momento não conseguimos verificar quem é você.",
    action:
      "Verifique AUTH_JWKS_URL, de onde vêm as chaves para os tokens, e a conexão com esse endereço. A solicitação pode ser repetida mais tarde.",
  },
  partner_solution_id_not_configured: {
    title: "Ainda não é possível conectar",
    detail: "Partner Solution ID não configurado",
    detailForCustomer: "Nosso serviço ainda não está pronto para conectar números.",
    action:
      "Defina TWILIO_PARTNER_SOLUTION_ID (Meta App Dashboard, WhatsApp, Partner Solutions) e reinicie o serviço.",
  },
  prefetch_refused: {
    title: "Carregamento antecipado",
    detail: "O navegador carregou o link antes, sem que ninguém o abrisse.",
    action: "Abra o link diretamente.",
  },
} as const satisfies Record<keyof typeof REQUEST_PROBLEMS, ProblemText>;
