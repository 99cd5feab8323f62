/**
 * Without a backend of one's own in between: calls the service from a page of ALLOWED_CORS_ORIGINS.
 * @param token a JWT of the customer's, which the SaaS's login has made for this service
 */
export async function callService(serviceUrl, token, path, body) {
  const response = await fetch(new URL(path, serviceUrl), {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      // Without it the callback answers with a redirect.
      Accept: "application/json",
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  throw Object.assign(new Error(answer.detail), { code: answer.code });
}
