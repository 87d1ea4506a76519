import type { Clock } from '../world/clock.ts';
import type { Application, User } from '../world/directory.ts';
import { newSecret, type Random } from '../world/ids.ts';
import type { AuthorizeRequest, ReplyAddress } from './authorize-request.ts';
import type { Authority } from './tenants.ts';

const FLOW_LIFE_MS = 60 * 60_000;
const FLOW_LIMIT = 10_000;

export interface AdminConsentRequest {
  kind: 'adminconsent';
  authority: Authority;
  app: Application;
  reply: ReplyAddress;
  scopes: string[];
}

/** Signing in without an application: the editor sends people here, and they come back to it. */
interface BrowserSignIn {
  kind: 'browser';
  authority: Authority;
  returnTo: string;
}

/** Somebody has typed the code that a device shows. */
interface DeviceSignIn {
  kind: 'device';
  authority: Authority;
  app: Application;
  scopes: string[];
  deviceCodeId: string;
  /** They have seen which application it is, and gone on. */
  confirmed: boolean;
}

/** One person on their way through the pages. */
export interface Flow {
  id: string;
  request: AuthorizeRequest | AdminConsentRequest | DeviceSignIn | BrowserSignIn;
  /** The address typed, or the account picked. */
  user?: User;
  /** The address typed is both a work and a personal account. */
  choices?: User[];
  /** Typed or picked a person anew: neither hint nor session decides any more. */
  asksForAccount: boolean;
  /** The password was typed within this flow. */
  authenticated: boolean;
  expiresAt: number;
}

/** Flows live in memory alone: a person in the middle of a page starts again after a restart. */
export class Flows {
  readonly #flows = new Map<string, Flow>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  start(request: Flow['request']): Flow {
    const now = this.#clock.now().getTime();
    for (const [id, flow] of this.#flows) {
      if (flow.expiresAt > now && this.#flows.size < FLOW_LIMIT) break;
      this.#flows.delete(id);
    }
    const id = newSecret(this.#random);
    const flow: Flow = { id, request, asksForAccount: false, authenticated: false, expiresAt: now + FLOW_LIFE_MS };
    this.#flows.set(id, flow);
    return flow;
  }

  find(id: string): Flow | undefined {
    const flow = this.#flows.get(id);
    return flow && flow.expiresAt > this.#clock.now().getTime() ? flow : undefined;
  }

  end(flow: Flow): void {
    this.#flows.delete(flow.id);
  }

  clear(): void {
    this.#flows.clear();
  }
}
