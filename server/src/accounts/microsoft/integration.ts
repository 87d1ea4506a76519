import type { IntegrationRow } from './integration-store.ts';

/** A person's connection to Microsoft, as other features see it. */
export interface Integration {
  id: string;
  institutionId: string;
  personId: string;
  status: 'connected' | 'reconnect_needed' | 'ended';
  tid: string;
  oid: string;
  accountName: string;
  accountAddress: string;
  scopes: string[];
}

export function toIntegration(row: IntegrationRow | undefined): Integration | undefined {
  return (
    row && {
      id: row.id,
      institutionId: row.institution_id,
      personId: row.person_id,
      status: row.status,
      tid: row.tid,
      oid: row.oid,
      accountName: row.account_name,
      accountAddress: row.account_address,
      scopes: row.scopes,
    }
  );
}
