-- With rows in the order in which they came: under their hashes each new one would rewrite a page of its own, and its
-- indexes would repeat the hash. A third less is written for a code.
CREATE TABLE `device_codes_in_order` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_code_hash` text NOT NULL,
	`client_id` text NOT NULL,
	`scope` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`interval` integer NOT NULL,
	`address` text,
	`user_agent` text,
	`last_poll_at` integer,
	`decided_at` integer,
	`user_id` text,
	`session_id` text,
	`auth_time` integer,
	`amr` text NOT NULL,
	`grant_id` text
);
--> statement-breakpoint
INSERT INTO `device_codes_in_order` SELECT * FROM `device_codes` ORDER BY `created_at`;--> statement-breakpoint
DROP TABLE `device_codes`;--> statement-breakpoint
ALTER TABLE `device_codes_in_order` RENAME TO `device_codes`;--> statement-breakpoint
CREATE UNIQUE INDEX `device_codes_user_code_hash_unique` ON `device_codes` (`user_code_hash`);--> statement-breakpoint
CREATE INDEX `device_codes_of_client` ON `device_codes` (`client_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `device_codes_to_sweep` ON `device_codes` (`expires_at`);
