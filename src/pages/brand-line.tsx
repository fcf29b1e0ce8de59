import type { Brand } from "./brand.ts";
import { PosternMark } from "./icons.tsx";

/** Whose server this is: the operator's logo, or Postern's mark, and the name. */
export const BrandLine = ({ brand, basePath }: { readonly brand: Brand; readonly basePath: string }) => (
  <>
    {brand.hasLogo ? <img class="mark logo" src={`${basePath}/assets/brand-logo`} alt="" /> : <PosternMark />}
    <span class="brand-name">
      <bdi>{brand.name}</bdi>
    </span>
  </>
);
