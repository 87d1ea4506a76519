import { newGuid } from '../world/ids.ts';
import type { Drive, Item } from '../world/records.ts';
import { Table } from '../world/table.ts';
import type { World } from '../world/world.ts';
import { type HandshakeOutcome, shakeHands } from './call-receiver.ts';
import { Deliveries, type DeliveryCounts } from './deliveries.ts';
import type { LifecycleEvent, Subscription } from './records.ts';

/** Changes within one look are one notification. */
const LOOK_EVERY_MS = 250;

/** How one subscription stands, for control. */
export interface SubscriptionState extends DeliveryCounts {
  id: string;
  clientId: string;
  /** Empty when an application subscribed for itself. */
  user: string;
  resource: string;
  expirationDateTime: string;
  /** Notifications that the receiver has not taken yet. */
  waiting: number;
}

/** Whose subscriptions a caller sees: their own, by the application that made them. */
export interface Owner {
  clientId: string;
  userId?: string;
}

/** Who wants to hear of changes in which drive. It looks at the drives by itself while there is anybody to tell. */
export class Subscriptions {
  readonly #world: World;
  readonly #rows: Table<Subscription>;
  readonly #deliveries: Deliveries;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #handshakes = new AbortController();

  constructor(world: World) {
    this.#world = world;
    this.#rows = new Table('subscriptions', world.journal);
    this.#deliveries = new Deliveries(world.journal, world.clock);
    if (this.#rows.size > 0 || !this.#deliveries.isEmpty) this.#watch();
  }

  /** Whether a receiver is one; `abandoned` when everything was reset or ended meanwhile. */
  async prove(receiver: string): Promise<HandshakeOutcome | 'abandoned'> {
    const { signal } = this.#handshakes;
    const requestId = newGuid(this.#world.random);
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`;
    const outcome = await shakeHands(receiver, token, signal);
    return signal.aborted ? 'abandoned' : outcome;
  }

  add(order: Omit<Subscription, 'id' | 'seenSequence'>): Subscription {
    const seenSequence = this.#world.files.driveById(order.driveId).sequence;
    const id = newGuid(this.#world.random);
    this.#watch();
    return this.#rows.put(id, { ...order, id, seenSequence });
  }

  find(id: string, owner: Owner): Subscription | undefined {
    return this.list(owner).find((row) => row.id === id.toLowerCase());
  }

  list({ clientId, userId }: Owner): Subscription[] {
    return this.#living().filter((row) => row.clientId === clientId && row.userId === userId);
  }

  renew(row: Subscription, expiresAt: number): Subscription {
    return this.#rows.put(row.id, { ...row, expiresAt });
  }

  remove(row: Subscription): void {
    this.#rows.delete(row.id);
    this.#deliveries.forget(row.id);
  }

  /** Tells the lifecycle receiver, if there is one; a removed subscription is gone. Answers whether it was there. */
  sendLifecycleEvent(id: string, lifecycleEvent: LifecycleEvent): boolean {
    const row = this.#living().find((one) => one.id === id.toLowerCase());
    if (row === undefined) return false;
    if (lifecycleEvent === 'subscriptionRemoved') this.remove(row);
    if (row.lifecycleNotificationUrl === undefined) return true;
    const { tenantId, clientState = null } = row;
    const about = { subscriptionId: row.id, subscriptionExpirationDateTime: new Date(row.expiresAt).toISOString() };
    this.#deliveries.queue({
      id: newGuid(this.#world.random),
      subscriptionId: row.id,
      url: row.lifecycleNotificationUrl,
      body: { value: [{ ...about, tenantId, clientState, lifecycleEvent }] },
    });
    this.#watch();
    return true;
  }

  states(): SubscriptionState[] {
    return this.#living().map((row) => ({
      id: row.id,
      clientId: row.clientId,
      user: this.#world.directory.findUser(row.userId ?? '')?.userPrincipalName ?? '',
      resource: row.resource,
      expirationDateTime: new Date(row.expiresAt).toISOString(),
      ...this.#deliveries.counts(row.id),
      waiting: this.#deliveries.waiting(row.id),
    }));
  }

  clear(): void {
    this.#stop();
    this.#rows.clear();
    this.#deliveries.clear();
  }

  /** What is not delivered by now is delivered after the next start. */
  async close(): Promise<void> {
    this.#stop();
    await this.#looking;
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#deliveries.stop();
    this.#handshakes.abort();
    this.#handshakes = new AbortController();
  }

  #watch(): void {
    this.#timer ??= setInterval(() => {
      this.#looking ??= this.#look()
        .catch((error: Error) => void process.stderr.write(`microsoft365-emulator: ${error.stack ?? error.message}\n`))
        .finally(() => {
          this.#looking = undefined;
        });
    }, LOOK_EVERY_MS).unref();
  }

  async #look(): Promise<void> {
    // What falls due by itself, such as SharePoint's rewriting of a file, is a change like any other.
    await this.#world.settle();
    for (const row of this.#living()) this.#notice(row);
    this.#deliveries.sendDue();
    if (this.#rows.size > 0 || !this.#deliveries.isEmpty) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Past its expiry a subscription is gone without a word. */
  #living(): Subscription[] {
    const now = this.#world.clock.now().getTime();
    for (const row of [...this.#rows.values()]) if (row.expiresAt <= now) this.remove(row);
    return [...this.#rows.values()];
  }

  #notice(row: Subscription): void {
    const drive = this.#world.files.findDrive(row.driveId);
    if (drive === undefined || drive.sequence <= row.seenSequence) return;
    const concerned = this.#concerns(row, drive);
    this.#rows.put(row.id, { ...row, seenSequence: drive.sequence });
    if (concerned) this.#deliveries.queue(this.#changeNotification(row));
  }

  #concerns(row: Subscription, drive: Drive): boolean {
    if (row.folderId === drive.rootId) return true;
    const { files } = this.#world;
    for (const changed of files.changedAfter(drive, row.seenSequence)) {
      let at: Item | undefined = changed;
      while (at !== undefined && at.id !== row.folderId) {
        at = at.parentId === undefined ? undefined : files.findItem({ driveId: drive.id, itemId: at.parentId });
      }
      if (at !== undefined) return true;
    }
    return false;
  }

  /** It says that something changed, never what: the receiver asks delta. */
  #changeNotification(row: Subscription) {
    const notification = {
      subscriptionId: row.id,
      subscriptionExpirationDateTime: new Date(row.expiresAt).toISOString(),
      clientState: row.clientState ?? null,
      changeType: 'updated',
      resource: row.resource.replace(/^\//, ''),
      tenantId: row.tenantId,
      resourceData: { '@odata.type': '#Microsoft.Graph.DriveItem' },
    };
    const body = { value: [notification] };
    return { id: `changes of ${row.id}`, subscriptionId: row.id, url: row.notificationUrl, body };
  }
}
