/** The Microsoft 365 emulator: the identity platform and Graph's drives and files on one machine. */
export type { EmulatorConfig } from './config.ts';
export { ConfigError, DEMO_CONFIG } from './config.ts';
export type {
  ApplicationChange,
  Control,
  ItemChange,
  SubscriptionChange,
  TokenCount,
  UserChange,
} from './control/index.ts';
export type { Emulator, EmulatorOptions } from './emulator.ts';
export { startEmulator } from './emulator.ts';
export type { ArmedFault, FaultOrder } from './faults/faults.ts';
export type { BudgetUse } from './faults/request-budget.ts';
export type { LoggedRequest } from './http/request-log.ts';
export type { SubscriptionState } from './subscriptions/index.ts';
export type { Clock } from './world/clock.ts';
