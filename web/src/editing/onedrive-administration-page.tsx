import { Link } from '@fluentui/react-components';
import { endingPolicy, routes } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { AdminsOnly } from '../admin/admins-only.tsx';
import { getJson } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { isAdmin, useMe } from '../ui/me.ts';
import { Section, Settings } from '../ui/settings.tsx';
import { EndingPolicyForm } from './ending-policy-form.tsx';
import { OnedriveCalls } from './onedrive-calls.tsx';

/** For IT: how edit sessions end here, and every call on people's files. */
export default function OnedriveAdministrationPage() {
  return (
    <Settings area="administration" title="Edits in OneDrive" wide>
      <AdminsOnly>
        <Policy />
        <Section
          title="What MEGDocs did in people’s OneDrives"
          beside={
            <Link href={routes.onedriveCallsCsv} download>
              Download all as CSV
            </Link>
          }
        >
          <OnedriveCalls route={routes.onedriveCalls} withPeople />
        </Section>
      </AdminsOnly>
    </Settings>
  );
}

function Policy() {
  const admin = isAdmin(useMe());
  const query = useQuery({
    queryKey: ['ending-policy'],
    queryFn: ({ signal }) => getJson(routes.endingPolicy, endingPolicy, signal),
    enabled: admin,
  });
  return (
    <Section title="How edits end">
      {query.error ? <FailureBox error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Busy sentence="Fetching the rules…" /> : null}
      {query.data ? <EndingPolicyForm known={query.data} /> : null}
    </Section>
  );
}
