/** "dosmil", "milquinientos", "doismil": thousands written as one word → the words meant. */
export function gluedThousands(
  units: string,
  hundreds: string,
  joiners: readonly string[] = [''],
): Record<string, string> {
  const glued: Record<string, string> = {};
  for (const unit of ['', ...units.split(' ')]) {
    if (unit !== '') glued[`${unit}mil`] = `${unit} mil`;
    for (const hundred of hundreds.split(' '))
      for (const joiner of joiners)
        glued[`${unit}mil${joiner}${hundred}`] = [unit, 'mil', joiner, hundred].filter((word) => word !== '').join(' ');
  }
  return glued;
}
