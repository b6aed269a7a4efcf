export interface ViewerLimits {
  /** WebSockets that may be open at a time. */
  readonly maxViewers: number;
  /** Of these, those of one user, by log-ins and tokens together; where nobody logged in, those of one address. */
  readonly maxViewersPerUser: number;
}

export const fullReasons = ['server-full', 'user-full'] as const;
export type FullReason = (typeof fullReasons)[number];

/** Counts the places of open WebSockets. */
export class ViewerPlaces {
  readonly #limits: ViewerLimits;
  readonly #byUser = new Map<string, number>();
  #taken = 0;

  constructor(limits: ViewerLimits) {
    this.#limits = limits;
  }

  /** Why there is no place for one more of the user (or address); undefined when there is. */
  full(user: string): FullReason | undefined {
    if (this.#of(user) >= this.#limits.maxViewersPerUser) return 'user-full';
    return this.#taken >= this.#limits.maxViewers ? 'server-full' : undefined;
  }

  /** Takes a place; the function, to be called once, gives it back. */
  take(user: string): () => void {
    this.#add(user, 1);
    return () => this.#add(user, -1);
  }

  #add(user: string, count: number): void {
    this.#taken += count;
    const places = this.#of(user) + count;
    // Names that come and go are not to pile up.
    if (places === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, places);
  }

  #of(user: string): number {
    return this.#byUser.get(user) ?? 0;
  }
}
