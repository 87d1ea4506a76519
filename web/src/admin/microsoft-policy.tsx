import { Button, Checkbox, Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { type MicrosoftAdministration, microsoftAdministration, microsoftPolicy, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Section } from '../ui/settings.tsx';
import styles from './admin.module.css';
import { microsoftAdministrationQuery } from './queries.ts';

/** Which accounts people may connect. What is admitted no longer rests at once, and goes on when it is admitted again. */
export function MicrosoftPolicy({ known }: { known: MicrosoftAdministration }) {
  const { policy, tenantsInUse, personalAccountsPossible } = known;
  const [all, setAll] = useState(policy.tenants === null);
  const [text, setText] = useState(
    (policy.tenants ?? tenantsInUse.filter((one) => !one.personal).map(({ tid }) => tid)).join('\n'),
  );
  const [personal, setPersonal] = useState(policy.personalAccounts);
  const wish = {
    tenants: all ? null : text.split(/[\s,;]+/).filter((part) => part !== ''),
    personalAccounts: personal,
  };
  const parsed = microsoftPolicy.safeParse(wish);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => send('PUT', routes.microsoftPolicy, wish, microsoftAdministration),
    onSuccess: (answer) => {
      queries.setQueryData(microsoftAdministrationQuery.queryKey, answer);
      announce('Saved which accounts are admitted.');
    },
  });
  const resting = restingAccounts(known, wish.tenants, personal);
  return (
    <Section title="Accounts that are admitted">
      <div className={styles.fields}>
        <RadioGroup
          aria-label="Work accounts"
          value={all ? 'all' : 'some'}
          onChange={(_, data) => setAll(data.value === 'all')}
        >
          <Radio value="all" label="Work accounts of every organisation" />
          <Radio value="some" label="Work accounts of these tenants only" />
        </RadioGroup>
        {!all && (
          <Field
            label="Tenant ids, one a line"
            hint="Entra shows it as Tenant ID under Overview."
            validationMessage={
              parsed.success ? undefined : 'Each must be a tenant id, such as 5f0d7c1e-1111-4222-8333-944455556666.'
            }
          >
            <Textarea
              className="mono"
              rows={3}
              resize="vertical"
              value={text}
              onChange={(_, data) => setText(data.value)}
            />
          </Field>
        )}
        {personalAccountsPossible ? (
          <Checkbox
            label="Personal Microsoft accounts too"
            checked={personal}
            onChange={(_, data) => setPersonal(data.checked === true)}
          />
        ) : (
          <p className={styles.quiet}>
            Personal accounts: shut out by this deployment, which asks Microsoft for accounts of organisations only.
          </p>
        )}
        {tenantsInUse.length > 0 && <InUse tenants={tenantsInUse} />}
        {resting > 0 && (
          <p className={styles.wait}>
            {resting === 1 ? '1 connection rests' : `${resting} connections rest`} from then on; their people are told.
            Nothing is lost, and they go on when their tenant is admitted again.
          </p>
        )}
        {save.error && <FailureBox error={save.error} />}
        <div>
          <Button disabledFocusable={!parsed.success || save.isPending} onClick={() => parsed.success && save.mutate()}>
            Save what is admitted
          </Button>
        </div>
      </div>
    </Section>
  );
}

function InUse({ tenants }: { tenants: MicrosoftAdministration['tenantsInUse'] }) {
  return (
    <div>
      <p className={styles.quiet}>Connected now:</p>
      <ul className={styles.rows}>
        {tenants.map(({ tid, organisation, accounts, personal }) => (
          <li key={tid}>
            <span className={styles.grow}>
              {personal ? 'Personal accounts' : (organisation ?? 'An organisation without a name')}
              {!personal && <code className={`mono ${styles.hint}`}>{tid}</code>}
            </span>
            <span>{accounts === 1 ? '1 account' : `${accounts} accounts`}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function restingAccounts(known: MicrosoftAdministration, tenants: string[] | null, personalToo: boolean): number {
  const admitted = tenants?.map((tid) => tid.toLowerCase());
  return known.tenantsInUse
    .filter(({ tid, personal }) => (personal ? !personalToo : admitted && !admitted.includes(tid.toLowerCase())))
    .reduce((sum, { accounts }) => sum + accounts, 0);
}
