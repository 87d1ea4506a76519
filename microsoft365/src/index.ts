export {
  AADSTS_CODES,
  type AadstsClass,
  type AadstsNumber,
  type ErrorPlace,
  isKnownAadsts,
} from './connecting/aadsts-codes.ts';
export { type AppCertificate, readAppCertificate } from './connecting/app-certificate.ts';
export {
  ConnectionError,
  type ConnectionErrorCode,
  type ConnectionErrorDetails,
  type ConnectionErrorKind,
} from './connecting/connection-error.ts';
export { consentManagementUrl, endConnection } from './connecting/end-connection.ts';
export { classifyOAuthError, type ErrorClass, OAUTH_ERROR_CLASSES } from './connecting/error-classes.ts';
export { type ConnectedAccount, finishConnection, type PendingConnection } from './connecting/finish-connection.ts';
export type { CertificateCredential, MicrosoftApp, MicrosoftCredential, TokenSet } from './connecting/microsoft-app.ts';
export { type CredentialProbe, probeCredential } from './connecting/probe-credential.ts';
export { type EndpointsProbe, probeEndpoints } from './connecting/probe-endpoints.ts';
export { probeRedirectUri, type RedirectUriProbe } from './connecting/probe-redirect-uri.ts';
export type { Reachability, Unreachable } from './connecting/reachability.ts';
export { type AccountProfile, readAccount } from './connecting/read-account.ts';
export { refreshConnection } from './connecting/refresh-connection.ts';
export { type ConnectionPrompt, type StartedConnection, startConnection } from './connecting/start-connection.ts';
export { newFolderKey } from './edit-sessions/folder-key.ts';
export {
  GIVE_UP_SECONDS,
  isSettled,
  LONG_QUIET_SECONDS,
  QUIET_SECONDS,
  SETTLE_GAP_SECONDS,
  type Settled,
} from './edit-sessions/is-settled.ts';
export {
  FolderKeyTaken,
  openWorkingCopy,
  WORKING_COPIES_FOLDER,
  type WorkingCopyRequest,
} from './edit-sessions/open-working-copy.ts';
export { PackageUnreadable, packageFingerprint } from './edit-sessions/package-fingerprint.ts';
export { deleteItem } from './files/delete-item.ts';
export { deletePermanently } from './files/delete-permanently.ts';
export { type DriveChanges, readDriveChanges } from './files/delta.ts';
export { downloadContent } from './files/download-content.ts';
export type { DriveItem, DriveItemRef } from './files/drive-item.ts';
export { type Invited, inviteToEdit } from './files/invite.ts';
export { type ItemVersion, listItemVersions } from './files/item-versions.ts';
export {
  findWriteGrant,
  grantsTo,
  type ItemPermission,
  listPermissions,
  removePermission,
} from './files/permissions.ts';
export { rawFileUrl } from './files/raw-file-url.ts';
export { findByPath, getItem } from './files/read-item.ts';
export { removeEmptyFolder } from './files/remove-empty-folder.ts';
export { renameItem } from './files/rename-item.ts';
export { safeFileName } from './files/safe-file-name.ts';
export {
  type DriveNotification,
  type DriveSubscription,
  endSubscription,
  readNotifications,
  renewSubscription,
  SUBSCRIPTION_LIFE_MINUTES,
  type SubscriptionOrder,
  subscribeToDrive,
} from './files/subscriptions.ts';
export { isTrustedFileUrl } from './files/trusted-file-url.ts';
export {
  beginUpload,
  cancelUpload,
  continueUpload,
  type LargeContent,
  UPLOAD_UNIT_BYTES,
  UploadGone,
  type UploadProgress,
} from './files/upload-large.ts';
export { SIMPLE_UPLOAD_LIMIT_BYTES, type UploadContent, uploadNew } from './files/upload-new.ts';
export { createGraph, type Graph } from './graph/graph.ts';
export type { GraphAnswer } from './graph/graph-answer.ts';
export { GraphError, type GraphErrorKind } from './graph/graph-error.ts';
export type { GraphBody, GraphCall, GraphMethod, GraphRequestOptions, GraphSettings } from './graph/graph-request.ts';
export type { RateLimit } from './graph/rate-limit.ts';
export type { TokenChallenge, TokenSource } from './graph/token-source.ts';
export {
  type MicrosoftCloud,
  type MicrosoftEndpoints,
  microsoftEndpoints,
  PERSONAL_ACCOUNTS_TENANT,
} from './microsoft-endpoints.ts';
export { newTrackedChanges, readTrackedChanges, type TrackedChange } from './office/tracked-changes.ts';
export {
  addExtras,
  type Extras,
  type ExtrasWish,
  type PreparedCopy,
  removeExtras,
} from './office/working-copy-extras.ts';
export type {
  ConnectionFailure,
  ConnectionStore,
  LeaseFence,
  RefreshedTokens,
  StoredConnection,
} from './vault/connection-store.ts';
export {
  type ConnectionStoreCheck,
  connectionStoreContract,
  type StoreUnderTest,
} from './vault/connection-store-contract.ts';
export { ConnectionUnavailable, type UnavailableReason } from './vault/connection-unavailable.ts';
export { createMemoryStore, type MemoryStore, type NewConnection } from './vault/memory-store.ts';
export { ACCESS_TOKEN_COLUMN, REFRESH_TOKEN_COLUMN, sealTokens } from './vault/seal-tokens.ts';
export { createSealing, type SealedPlace, type Sealing, SealingError, type TokenKey } from './vault/sealing.ts';
export { parseTokenKeys } from './vault/token-keys.ts';
export { createTokenVault, type TokenVault } from './vault/token-vault.ts';
export type { TokenVaultSettings } from './vault/vault-settings.ts';
