export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

export interface Subscription {
  id: string;
  clientId: string;
  /** Absent when an application subscribed for itself. */
  userId?: string;
  tenantId: string;
  /** As the caller wrote it. */
  resource: string;
  driveId: string;
  folderId: string;
  notificationUrl: string;
  lifecycleNotificationUrl?: string;
  clientState?: string;
  expiresAt: number;
  /** The place in the drive's count up to which changes have been noticed. */
  seenSequence: number;
}

/** A notification that its receiver has not taken yet. */
export interface Delivery {
  id: string;
  subscriptionId: string;
  url: string;
  body: object;
  /** When it was first due: four hours later nobody tries any more. */
  since: number;
  attempts: number;
  dueAt: number;
}
