import { InteractionTag, InteractionTagPrimary, InteractionTagSecondary } from '@fluentui/react-components';
import { chipsOfView, type RegisterView, withoutFilter } from './register-view.ts';

interface Props {
  view: RegisterView;
  onChange: (view: RegisterView) => void;
}

/** Every filter that is on, each with its own way off. */
export function FilterChips({ view, onChange }: Props) {
  return (
    <>
      {chipsOfView(view).map((chip) => (
        <InteractionTag key={chip.key} size="small" appearance="outline">
          <InteractionTagPrimary hasSecondaryAction>
            {chip.label}: {chip.value}
          </InteractionTagPrimary>
          <InteractionTagSecondary
            aria-label={`Remove filter ${chip.label}: ${chip.value}`}
            onClick={() => onChange(withoutFilter(view, chip.key))}
          />
        </InteractionTag>
      ))}
    </>
  );
}
