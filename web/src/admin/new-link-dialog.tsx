import { Button } from '@fluentui/react-components';
import { fill, type OneTimeLink, oneTimeLink, type Person, routes } from '@megdocs/contract';
import { useMutation } from '@tanstack/react-query';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';

interface NewLinkDialogProps {
  person: Person;
  purpose: 'invitation' | 'password-reset';
  onClose: () => void;
  onMade: (link: OneTimeLink, name: string) => void;
}

/** Asks before a link is made, because it replaces the one before. */
export function NewLinkDialog({ person, purpose, onClose, onMade }: NewLinkDialogProps) {
  const route = purpose === 'invitation' ? routes.personInvitation : routes.personPasswordReset;
  const make = useMutation({
    mutationFn: () => send('POST', fill(route, { id: person.id }), {}, oneTimeLink),
    onSuccess: (link) => onMade(link, person.name),
  });
  return (
    <Sheet
      open
      title={purpose === 'invitation' ? `New invitation for ${person.name}` : `New password for ${person.name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button appearance="primary" disabledFocusable={make.isPending} onClick={() => make.mutate()}>
            Make the link
          </Button>
        </>
      }
    >
      <p>
        {purpose === 'invitation'
          ? 'The link that was made before stops working. The new one is shown once, for you to pass on.'
          : `The link lets ${person.name} choose another password. It is shown once, for you to pass on; until it is used the old password goes on working.`}
      </p>
      {make.error && <FailureBox error={make.error} />}
    </Sheet>
  );
}
