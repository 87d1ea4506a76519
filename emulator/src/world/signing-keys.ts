import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { hashSecret, newSecret, type Random } from './ids.ts';
import { type Journal, Table } from './table.ts';

const ALGORITHM = 'RS256';

interface StoredKey {
  privateJwk: JWK;
}

/** The key pair that signs id_tokens and the access tokens of work accounts; it survives a restart with the data. */
export class SigningKeys {
  readonly #privateKey: CryptoKey;
  readonly #keyId: string;
  readonly #publicJwk: JWK;
  /** For the short-lived secrets in upload and download URLs. */
  readonly urlSecret: string;

  private constructor(privateKey: CryptoKey, privateJwk: JWK) {
    this.#privateKey = privateKey;
    const { n, e } = privateJwk;
    this.#keyId = hashSecret(`${n}.${e}`).slice(0, 27);
    this.#publicJwk = { kty: 'RSA', use: 'sig', kid: this.#keyId, x5t: this.#keyId, n: n ?? '', e: e ?? '' };
    this.urlSecret = hashSecret(`url ${privateJwk.d}`);
  }

  static async open(journal: Journal): Promise<SigningKeys> {
    const table = new Table<StoredKey>('keys', journal);
    const stored = table.get('current')?.privateJwk;
    if (stored !== undefined) return new SigningKeys((await importJWK(stored, ALGORITHM)) as CryptoKey, stored);
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const privateJwk = await exportJWK(privateKey);
    table.put('current', { privateJwk });
    return new SigningKeys(privateKey, privateJwk);
  }

  publicKeys(): JWK[] {
    return [this.#publicJwk];
  }

  sign(claims: JWTPayload): Promise<string> {
    const header = { alg: ALGORITHM, typ: 'JWT', kid: this.#keyId, x5t: this.#keyId };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#privateKey);
  }
}

/** Graph tokens of personal accounts are no JWTs. */
export function opaqueToken(random: Random): string {
  return `EwB${newSecret(random, 120)}`;
}
