/** Every smart list is a command of its own: the palette opens it by its name. */
import { displayText } from '../../../main/dicom/index.ts'
import { useCommands } from '../../shell/use-commands.ts'
import type { SmartLists } from './use-smart-lists.ts'

export function useSmartListCommands({ lists, open }: SmartLists): void {
  useCommands(
    'smartLists',
    lists.map((list) => ({
      id: `smartLists.${list.listId}`,
      titleKey: 'studies:lists.open',
      titleWith: { name: displayText(list.name, 60) },
      groupKey: 'studies:commands.group',
      keys: [],
      run: () => open(list),
    })),
  )
}
