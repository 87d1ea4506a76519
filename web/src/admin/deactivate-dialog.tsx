import { fill, type Person, routes } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { Confirm } from '../ui/confirm.tsx';

export function DeactivateDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const queries = useQueryClient();
  const deactivate = async () => {
    await send('PATCH', fill(routes.person, { id: person.id }), { deactivated: true });
    await queries.invalidateQueries({ queryKey: ['people'] });
    announce(`${person.name} is deactivated.`);
  };
  return (
    <Confirm
      open
      title={`Deactivate ${person.name}?`}
      verb="Deactivate"
      keep="Keep active"
      onConfirm={deactivate}
      onClose={onClose}
    >
      <p>
        {person.name} is signed out everywhere and can’t sign in until somebody activates the account again. Their
        Microsoft account is disconnected: what is saved in open documents is collected first, and those then wait for a
        document controller’s decision.
      </p>
      <p>Their versions, and their name on them, stay.</p>
    </Confirm>
  );
}
