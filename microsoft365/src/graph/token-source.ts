/** What an answer of 401 asked for besides another token. */
export interface TokenChallenge {
  /**
   * Decoded JSON of an `insufficient_claims` challenge, to be passed to `startConnection` at the reconnect.
   * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
   */
  claims?: string;
}

/** Where a Graph client has its tokens from; `vault.tokensOf(id)` is one. What these throw passes through the client. */
export interface TokenSource {
  /** Asked once a request, which lasts no longer than a token that is handed out lives; the client keeps none. */
  accessToken(): Promise<string>;
  /** After a first 401 of a request: the token for its one repeat. Without it a 401 is not repeated. */
  renewAfterRefusal?(refusedToken: string, challenge: TokenChallenge): Promise<string>;
  /** After the repeat was refused as well; may throw what the caller of the request shall get. */
  giveUpAfterRefusal?(refusedToken: string, challenge: TokenChallenge): Promise<void>;
}
