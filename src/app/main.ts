/** The page is the element and nothing more. */
import '../widget/define.ts';
