import { Switch } from '@fluentui/react-components';
import { type EditingPolicy, editingPolicy, routes } from '@megdocs/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { announce } from '../ui/announce.tsx';
import { getJson, send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Section } from '../ui/settings.tsx';

const queryKey = ['editing-policy'];

/** What is put into the copies of Word documents, for all of the institution; it counts from the next opening on. */
export function OpeningPolicy() {
  const queries = useQueryClient();
  const policy = useQuery({ queryKey, queryFn: () => getJson(routes.editingPolicy, editingPolicy) });
  const save = useMutation({
    mutationFn: (wish: EditingPolicy) => send('PUT', routes.editingPolicy, wish, editingPolicy),
    onSuccess: (answer) => {
      queries.setQueryData(queryKey, answer);
      announce('Saved. It counts from the next opening on.');
    },
  });
  const { data } = policy;
  return (
    <Section title="Editing in Word">
      {policy.error && <FailureBox error={policy.error} onRetry={() => void policy.refetch()} />}
      {data && (
        <>
          <Switch
            label="Track changes from the first keystroke"
            checked={data.trackChanges}
            onChange={(_, { checked }) => save.mutate({ ...data, trackChanges: checked })}
          />
          <Switch
            label="Say on top of the copy that it is a working copy; the line goes away at the check-in"
            checked={data.stamp}
            onChange={(_, { checked }) => save.mutate({ ...data, stamp: checked })}
          />
        </>
      )}
      {save.error && <FailureBox error={save.error} />}
    </Section>
  );
}
