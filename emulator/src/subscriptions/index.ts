/** Change notifications: who is told, of what, and how often it is tried. */
export { subscriptionOperations } from './operations.ts';
export type { LifecycleEvent } from './records.ts';
export { type SubscriptionState, Subscriptions } from './subscriptions.ts';
