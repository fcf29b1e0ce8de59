CREATE TABLE `account_links` (
	`hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `account_links_to_sweep` ON `account_links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `activity` (
	`hour` integer NOT NULL,
	`name` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`hour`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`public_key` text NOT NULL,
	`sign_count` integer NOT NULL,
	`transports` text NOT NULL,
	`name` text NOT NULL,
	`backed_up` integer NOT NULL,
	`aaguid` text NOT NULL,
	`rp_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `passkeys_of_user` ON `passkeys` (`user_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`user_id` text NOT NULL,
	`hash` text NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`user_id`, `hash`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `second_factors` (
	`user_id` text PRIMARY KEY NOT NULL,
	`totp_seed` text,
	`totp_confirmed_at` integer,
	`totp_last_step` integer,
	`recovery_key` text,
	`recovery_made_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `traces` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`request_id` text NOT NULL,
	`at` integer NOT NULL,
	`trace` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `traces_request_id_unique` ON `traces` (`request_id`);--> statement-breakpoint
ALTER TABLE `clients` ADD `secrets` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `clients` ADD `approval` text DEFAULT 'none' NOT NULL;--> statement-breakpoint
UPDATE `clients` SET `secrets` = json_array(json_object('id', substr(`secret_hash`, 1, 8), 'hash', `secret_hash`, 'createdAt', `created_at`)) WHERE `secret_hash` IS NOT NULL;--> statement-breakpoint
ALTER TABLE `clients` DROP COLUMN `secret_hash`;--> statement-breakpoint
ALTER TABLE `consents` ADD `declined` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `grants` ADD `name` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `address` text;--> statement-breakpoint
ALTER TABLE `grants` ADD `user_agent` text;--> statement-breakpoint
ALTER TABLE `users` ADD `groups` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `events_of_user` ON `events` (`user_id`);
