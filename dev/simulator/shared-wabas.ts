/** What Meta has told Twilio through the partner solution: which WABAs it may use. */
export class SharedWabas {
  readonly #shared = new Map<string, boolean>();
  readonly #verifiedNumbers = new Set<string>();

  /** A signup ended; without the solution's id the WABA is known but not shared. */
  record(wabaId: string, shared: boolean): void {
    this.#shared.set(wabaId, shared || this.#shared.get(wabaId) === true);
  }

  /** Whether the customer has proved the number at Meta: then Twilio needs no code for it. */
  recordNumber(wabaId: string, phoneNumber: string, isVerified: boolean): void {
    const key = `${wabaId} ${phoneNumber}`;
    if (isVerified) this.#verifiedNumbers.add(key);
    else this.#verifiedNumbers.delete(key);
  }

  /** Undefined for a WABA that no signup has touched. */
  isShared(wabaId: string): boolean | undefined {
    return this.#shared.get(wabaId);
  }

  isVerified(wabaId: string, phoneNumber: string): boolean {
    return this.#verifiedNumbers.has(`${wabaId} ${phoneNumber}`);
  }

  /** The customer took the access back at Meta. */
  unshare(wabaId: string): void {
    this.#shared.set(wabaId, false);
  }

  clear(): void {
    this.#shared.clear();
    this.#verifiedNumbers.clear();
  }
}
