import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { type EndingPolicy, endingPolicy, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import styles from './ending-policy.module.css';

/** After how many days people are reminded and edits closed, and what becomes of copies. */
export function EndingPolicyForm({ known }: { known: EndingPolicy }) {
  const [remind, setRemind] = useState(String(known.remindAfterDays));
  const [abandon, setAbandon] = useState(String(known.abandonAfterDays));
  const [forGood, setForGood] = useState(known.deletePermanently);
  const [desktop, setDesktop] = useState(known.desktopApps);
  const client = useQueryClient();
  const parsed = endingPolicy.safeParse({
    remindAfterDays: Number(remind),
    abandonAfterDays: Number(abandon),
    deletePermanently: forGood,
    desktopApps: desktop,
  });
  const save = useMutation({
    mutationFn: () => send('PUT', routes.endingPolicy, parsed.data, endingPolicy),
    onSuccess: (answer) => {
      client.setQueryData(['ending-policy'], answer);
      announce('Saved how edits end.');
    },
  });
  const wrong = parsed.success ? undefined : 'Whole days, and more until edits are closed than until the reminder.';
  return (
    <div className={styles.fields}>
      <div className={styles.days}>
        <Field label="Remind after days without a save">
          <Input type="number" min={1} max={365} value={remind} onChange={(_, data) => setRemind(data.value)} />
        </Field>
        <Field label="Close edits after days without a save" validationMessage={wrong}>
          <Input type="number" min={2} max={730} value={abandon} onChange={(_, data) => setAbandon(data.value)} />
        </Field>
      </div>
      <p className={styles.quiet}>
        What was typed is kept when edits are closed. A copy that MEGDocs can’t read is never closed by itself: a
        document controller decides.
      </p>
      <Checkbox
        label="Delete copies for good, past the recycle bin of OneDrive, where Microsoft offers it"
        checked={forGood}
        onChange={(_, data) => setForGood(data.checked === true)}
      />
      <Checkbox
        label="Offer Word, Excel and PowerPoint on the computer as well as in the browser"
        checked={desktop}
        onChange={(_, data) => setDesktop(data.checked === true)}
      />
      {save.error ? <FailureBox error={save.error} /> : null}
      <div>
        <Button disabledFocusable={!parsed.success || save.isPending} onClick={() => parsed.success && save.mutate()}>
          Save how edits end
        </Button>
      </div>
    </div>
  );
}
