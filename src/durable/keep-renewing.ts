/**
 * Keeps a lease while `work` goes on, however long its calls take: only a process that is gone or
 * stands still loses it. A renewal that fails is made up for by the next one, or the lease ends.
 * @param everyMs well below the lease's length
 */
export async function keepRenewing<T>(
  everyMs: number,
  renew: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setInterval(() => void renew().catch(() => undefined), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
