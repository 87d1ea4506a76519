import type { MicrosoftPolicy } from '@megdocs/contract';
import { PERSONAL_ACCOUNTS_TENANT } from '@megdocs/microsoft365';

/** Until an institution decides otherwise: every organisation that the deployment admits, and no personal account. */
export const DEFAULT_POLICY: MicrosoftPolicy = { tenants: null, personalAccounts: false };

export type PolicyRefusal = 'policy_forbids_tenant' | 'policy_forbids_personal';

/** Why an institution does not admit an account of this tenant; undefined when it does. */
export function refusalByPolicy(policy: MicrosoftPolicy, tid: string): PolicyRefusal | undefined {
  if (isPersonal(tid)) return policy.personalAccounts ? undefined : 'policy_forbids_personal';
  if (policy.tenants === null || policy.tenants.includes(tid.toLowerCase())) return undefined;
  return 'policy_forbids_tenant';
}

export function isPersonal(tid: string): boolean {
  return tid.toLowerCase() === PERSONAL_ACCOUNTS_TENANT;
}

export function isPolicyRefusal(code: string): code is PolicyRefusal {
  return code === 'policy_forbids_tenant' || code === 'policy_forbids_personal';
}
