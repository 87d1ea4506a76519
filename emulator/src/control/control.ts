import { z } from 'zod';
import type { UploadSessions } from '../content/upload-sessions.ts';
import type { ArmedFault, FaultOrder, Faults } from '../faults/faults.ts';
import type { BudgetUse, RequestBudget } from '../faults/request-budget.ts';
import type { LoggedRequest, RequestLog } from '../http/request-log.ts';
import type { Traffic } from '../http/traffic.ts';
import type { Flows } from '../sign-in/index.ts';
import type { LifecycleEvent, SubscriptionState, Subscriptions } from '../subscriptions/index.ts';
import type { User } from '../world/directory.ts';
import { saveFromEditor } from '../world/edit.ts';
import type { ItemRef } from '../world/records.ts';
import type { World } from '../world/world.ts';

const userChangeSchema = z
  .strictObject({
    revokeSessions: z.literal(true),
    disabled: z.boolean(),
    oneDrive: z.boolean(),
    requireMfa: z.boolean(),
    mfaRegistered: z.boolean(),
    passwordExpired: z.boolean(),
    password: z.strictObject({ value: z.string().min(1), by: z.enum(['self', 'admin']) }),
    quotaBytes: z.number().int().min(0),
    revokeConsent: z.string(),
  })
  .partial();

const appChangeSchema = z
  .strictObject({ expireSecrets: z.boolean(), redirectUris: z.array(z.url()), disabled: z.boolean() })
  .partial();

const itemChangeSchema = z
  .strictObject({
    open: z.string().optional(),
    close: z.string().optional(),
    save: z.strictObject({ by: z.string(), contentBase64: z.base64() }).optional(),
  })
  .refine((change) => Object.keys(change).length === 1, 'expected exactly one of open, close, save');

const subscriptionChangeSchema = z.strictObject({
  lifecycleEvent: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed'] satisfies LifecycleEvent[]),
});

export type SubscriptionChange = z.infer<typeof subscriptionChangeSchema>;
export type UserChange = z.infer<typeof userChangeSchema>;
export type ApplicationChange = z.infer<typeof appChangeSchema>;
export type ItemChange = z.infer<typeof itemChangeSchema>;

export interface TokenCount {
  clientId: string;
  /** Empty when an application acted for itself. */
  user: string;
  issued: number;
  refreshed: number;
  reused: number;
}

/** Thrown when a control call names something that is not there. */
export class UnknownTarget extends Error {
  override name = 'UnknownTarget';
}

/** Everything that can be done to the emulator from outside the protocol; `/_emulator/…` offers the same by HTTP. */
export interface Control {
  /**
   * Back to the config's state: accounts, drives, sessions, tokens, faults, log and clock. Calls under way are let end,
   * or cut after half a second; new ones wait until it is done.
   */
  reset(): Promise<void>;
  /** The calls on both origins after that sequence number. */
  requests(since?: number): LoggedRequest[];
  clearRequests(): void;
  addFault(order: FaultOrder): { id: string };
  faults(): ArmedFault[];
  clearFaults(): void;
  /** Moves the emulator's clock and answers what it shows now. */
  advanceClock(seconds: number): Date;
  changeUser(userPrincipalName: string, change: UserChange): void;
  changeApplication(clientId: string, change: ApplicationChange): void;
  /** Somebody opens, closes or saves a file in an Office app. A save answers the new cTag. */
  changeItem(ref: ItemRef, change: ItemChange): Promise<{ tag?: string }>;
  tokens(): TokenCount[];
  /** From now on another key signs tokens; the old one stays in the key set for as long as its tokens live. */
  rollKeys(): Promise<void>;
  /** How each application, for each person, stands with `behaviour.throttling`. */
  throttling(): BudgetUse[];
  /** The living subscriptions, and what became of their notifications; never `clientState`. */
  subscriptions(): SubscriptionState[];
  /** Sends a lifecycle notification; after `subscriptionRemoved` the subscription is gone. */
  changeSubscription(id: string, change: SubscriptionChange): void;
}

/** A century either way: further on, times can't be written in the forms that the protocols want. */
const clockStep = z.number().min(-3.2e9).max(3.2e9);

/** The tab of somebody who opened a file by a control call. */
const CONTROL_TAB = 'control';

export function createControl(parts: {
  world: World;
  faults: Faults;
  log: RequestLog;
  flows: Flows;
  uploads: UploadSessions;
  budget: RequestBudget;
  subscriptions: Subscriptions;
  traffic: Traffic;
}): Control {
  const { world, faults, budget, log, flows, uploads, subscriptions, traffic } = parts;
  return {
    reset: () =>
      traffic.pauseFor(() => {
        for (const room of [faults, budget, log, flows, uploads, subscriptions]) room.clear();
        world.reset();
      }),
    requests: (since = 0) => log.since(since),
    clearRequests: () => log.clear(),
    addFault: (order) => faults.arm(order),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    advanceClock: (seconds) => {
      world.clock.advance(clockStep.parse(seconds));
      return world.clock.now();
    },
    changeUser: (name, change) => changeUser(world, name, userChangeSchema.parse(change)),
    changeApplication: (clientId, change) => changeApplication(world, clientId, appChangeSchema.parse(change)),
    changeItem: (ref, change) => changeItem(world, ref, itemChangeSchema.parse(change)),
    tokens: () => world.grants.counts(),
    rollKeys: () => world.keys.roll(),
    throttling: () => budget.list(),
    subscriptions: () => subscriptions.states(),
    changeSubscription: (id, change) => {
      const { lifecycleEvent } = subscriptionChangeSchema.parse(change);
      if (!subscriptions.sendLifecycleEvent(id, lifecycleEvent))
        throw new UnknownTarget(`There is no subscription ${id}.`);
    },
  };
}

function changeUser(world: World, name: string, change: UserChange): void {
  const user = getUser(world, name);
  const { revokeSessions, revokeConsent, password, ...state } = change;
  if (revokeSessions) world.directory.revokeSessions(user);
  if (revokeConsent !== undefined) world.directory.revokeConsent(user, revokeConsent.toLowerCase());
  if (password !== undefined) world.directory.changePassword(user, password.value, password.by);
  world.directory.changeUser(user, withoutUndefined(state));
}

function changeApplication(world: World, clientId: string, change: ApplicationChange): void {
  const app = world.directory.findApplication(clientId);
  if (app === undefined) throw new UnknownTarget(`There is no application ${clientId}.`);
  const { expireSecrets: secretsExpired, ...state } = change;
  world.directory.changeApplication(app, withoutUndefined({ secretsExpired, ...state }));
}

type Defined<Row> = { [Name in keyof Row]?: Exclude<Row[Name], undefined> };

/** A property that a caller has set to nothing changes nothing. */
function withoutUndefined<Row extends object>(row: Row): Defined<Row> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Defined<Row>;
}

async function changeItem(world: World, ref: ItemRef, change: ItemChange): Promise<{ tag?: string }> {
  await world.settle();
  if (world.files.findLivingItem(ref) === undefined)
    throw new UnknownTarget(`There is no item ${ref.itemId} in that drive.`);
  const { locks } = world.files;
  if (change.open !== undefined) locks.keepOpen(ref, getUser(world, change.open).id, CONTROL_TAB, true);
  if (change.close !== undefined) locks.close(ref, getUser(world, change.close).id, CONTROL_TAB);
  if (change.save === undefined) return {};
  const content = Buffer.from(change.save.contentBase64, 'base64');
  return saveFromEditor(world.files, ref, getUser(world, change.save.by), content);
}

function getUser(world: World, name: string): User {
  const user = world.directory.findUserByName(name);
  if (user === undefined) throw new UnknownTarget(`There is no account ${name}.`);
  return user;
}
