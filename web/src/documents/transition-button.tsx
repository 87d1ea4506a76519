import { Button } from '@fluentui/react-components';
import {
  ArrowUndo20Regular,
  CheckmarkCircle20Regular,
  DocumentAdd20Regular,
  type FluentIcon,
  Send20Regular,
} from '@fluentui/react-icons';
import type { Transition } from '@megdocs/contract';
import type { HeadAction } from './main-action.ts';

const icons: Record<Transition, FluentIcon> = {
  'send-to-review': Send20Regular,
  'send-back': ArrowUndo20Regular,
  publish: CheckmarkCircle20Regular,
  revise: DocumentAdd20Regular,
};

interface Props {
  action: Extract<HeadAction, { kind: 'transition' }>;
  primary: boolean;
  className?: string | undefined;
  onTransition: (transition: Transition) => void;
}

/** A step on the document's road; a dialog follows. */
export function TransitionButton({ action, primary, className, onTransition }: Props) {
  const Icon = icons[action.transition];
  return (
    <Button
      className={className}
      appearance={primary ? 'primary' : 'secondary'}
      icon={<Icon />}
      onClick={() => onTransition(action.transition)}
    >
      {action.label}
    </Button>
  );
}
